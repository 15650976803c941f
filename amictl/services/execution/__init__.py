"""How an action is carried out: recorded, once, with a true outcome."""
