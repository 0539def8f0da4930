"""Places and needs as the page shows them."""
