"""What runs, when, in which order: the night, its crawler and archive, settings, mail, `nianbao`."""
