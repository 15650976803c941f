"""Endpoints: the phones and trunks of PJSIP, SIP and IAX2."""
