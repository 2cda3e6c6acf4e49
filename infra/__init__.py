"""What production is made of, as text: generated where the register decides, written where it does not."""
