-- Where the person came back to when they connected the account: where they go, too, after a call
-- made them consent to more.
ALTER TABLE accounts ADD COLUMN return_to text;
