"""News in the way each person can receive it."""
