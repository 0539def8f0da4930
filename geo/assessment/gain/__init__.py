"""Where one more place of a service would help most: who is left out today and would reach each junction."""
