"""Documents that strangers might send to hurt, and what reading a folder of them must come to."""
