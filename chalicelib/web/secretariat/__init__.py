"""The secretariat's routes (`api`) and desk (`desk`), a file for each subject."""
