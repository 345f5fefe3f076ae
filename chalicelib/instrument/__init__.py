"""The questionnaire as an instrument: question types, their answers, the editions as data."""
