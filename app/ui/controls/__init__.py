"""The form controls that every part of the window shares. Each takes its looks from the theme and changes nothing."""
