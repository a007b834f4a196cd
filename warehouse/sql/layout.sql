-- Made first, and alone: it says whether the rest may be made.
CREATE TABLE layout (version INTEGER NOT NULL, declared VARCHAR);
