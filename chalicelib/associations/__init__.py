"""The units (发起单位): registering and importing them, their contacts, their supporters."""
