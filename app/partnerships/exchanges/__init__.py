"""An exchange: a Cité and a partner that know each other, and their messages."""
