"""What is left of the old office program. Not imported by the rest."""
