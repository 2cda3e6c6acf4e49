"""The public face: what a visitor reads before there is an account, and what search engines may list."""
