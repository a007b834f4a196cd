"""What a report is: the national formats as data, the long-format fact, statuses, grades, errors.

Every other room may import this one; it imports nothing of ours and reads only its own YAML.
"""
