"""What AMI shows of PJSIP's objects: each header with its default, in Asterisk 22's order (res/res_pjsip)."""

from __future__ import annotations

from typing import Final

from amictl.demo.text import Headers

ENDPOINT: Final[Headers] = (
    ("RpidImmediate", "false"), ("Webrtc", "no"), ("Ignore183WithoutSdp", "false"), ("SendAoc", "false"),
    ("DeviceStateBusyAt", "0"), ("T38UdptlMaxdatagram", "0"),
    ("CodecPrefsIncomingAnswer", "prefer:pending, operation:intersect, keep:all, transcode:allow"),
    ("SecurityNegotiation", "no"), ("DtlsRekey", "0"), ("RtpPortEnd", "0"), ("NamedPickupGroup", ""),
    ("DirectMediaMethod", "invite"), ("SendRpid", "false"), ("PickupGroup", ""), ("SdpSession", "Asterisk"),
    ("DtlsVerify", "No"), ("MessageContext", ""), ("Tenantid", ""), ("Mailboxes", ""),
    ("RecordOnFeature", "automixmon"), ("DtlsPrivateKey", ""), ("DtlsFingerprint", "SHA-256"),
    ("OverlapContext", ""), ("OutgoingCallOfferPref", "remote_merge"), ("RtpPortStart", "0"),
    ("FromDomain", ""), ("TimersSessExpires", "1800"), ("NamedCallGroup", ""), ("DtlsCipher", ""),
    ("MediaEncryptionOptimistic", "false"), ("SuppressQ850ReasonHeaders", "false"), ("Aors", ""),
    ("IdentifyBy", "username,ip"), ("CalleridPrivacy", "allowed_not_screened"),
    ("MwiSubscribeReplacesUnsolicited", "no"), ("CosAudio", "0"), ("FollowEarlyMediaFork", "true"),
    ("Context", "default"), ("RtpSymmetric", "false"), ("Transport", ""), ("MohSuggest", "default"),
    ("T38Udptl", "false"), ("FaxDetect", "false"), ("T38BindUdptlToMediaAddress", "false"), ("TosVideo", "0"),
    ("SrtpTag32", "false"), ("ReferBlindProgress", "true"), ("MaxAudioStreams", "1"), ("Bundle", "false"),
    ("UseAvpf", "false"), ("CallGroup", ""), ("SendConnectedLine", "yes"), ("FaxDetectTimeout", "0"),
    ("SdpOwner", "-"), ("ForceRport", "true"), ("CalleridTag", ""), ("RtpTimeoutHold", "0"),
    ("SuppressMohOnSendonly", "false"), ("UsePtime", "false"), ("MediaAddress", ""),
    ("VoicemailExtension", ""), ("RtpTimeout", "0"), ("StirShaken", "no"), ("SetVar", ""), ("ContactAcl", ""),
    ("PreferredCodecOnly", "false"), ("GeolocOutgoingCallProfile", ""), ("ForceAvp", "false"),
    ("RecordOffFeature", "automixmon"), ("FromUser", ""), ("SendDiversion", "true"),
    ("SendHistoryInfo", "false"), ("T38UdptlIpv6", "false"), ("ToneZone", ""), ("Language", ""),
    ("AllowSubscribe", "true"), ("RtpIpv6", "false"), ("Callerid", "<unknown>"), ("MohPassthrough", "false"),
    ("CosVideo", "0"), ("DtlsAutoGenerateCert", "No"), ("AsymmetricRtpCodec", "false"),
    ("GeolocIncomingCallProfile", ""), ("IceSupport", "false"), ("AggregateMwi", "true"),
    ("OneTouchRecording", "false"), ("MwiFromUser", ""), ("RedirectMethod", "user"), ("Accountcode", ""),
    ("CodecPrefsOutgoingAnswer", "prefer:pending, operation:intersect, keep:all, transcode:allow"),
    ("Allow", ""), ("RewriteContact", "false"), ("UserEqPhone", "false"), ("RtpEngine", "asterisk"),
    ("FollowRedirectMethods", ""), ("SubscribeContext", ""), ("NotifyEarlyInuseRinging", "false"),
    ("IncomingMwiMailbox", ""), ("IncomingCallOfferPref", "local"), ("AllowUnauthenticatedOptions", "false"),
    ("Auth", ""), ("DirectMediaGlareMitigation", "none"), ("TrustIdInbound", "false"),
    ("StirShakenProfile", ""), ("BindRtpToMediaAddress", "false"), ("DisableDirectMediaOnNat", "false"),
    ("MediaEncryption", "no"), ("MediaUseReceivedTransport", "false"), ("AllowOverlap", "true"),
    ("DtmfMode", "rfc4733"), ("OutboundAuth", ""), ("TosAudio", "0"), ("DtlsCertFile", ""),
    ("DtlsCaPath", ""), ("DtlsSetup", "active"), ("ConnectedLineMethod", "invite"),
    ("G726NonStandard", "false"), ("100rel", "yes"), ("Timers", "yes"), ("DirectMedia", "true"), ("Acl", ""),
    ("TimersMinSe", "90"), ("TrustIdOutbound", "false"), ("SubMinExpiry", "0"), ("RtcpMux", "false"),
    ("MaxVideoStreams", "1"), ("AcceptMultipleSdpAnswers", "false"),
    ("CodecPrefsIncomingOffer", "prefer:pending, operation:intersect, keep:all, transcode:allow"),
    ("CodecPrefsOutgoingOffer", "prefer:pending, operation:union, keep:all, transcode:allow"),
    ("TrustConnectedLine", "yes"), ("SendPai", "false"), ("RtpKeepalive", "0"), ("T38UdptlEc", "none"),
    ("T38UdptlNat", "false"), ("AllowTransfer", "true"), ("DtlsCaFile", ""), ("OutboundProxy", ""),
    ("InbandProgress", "false"),
)  # fmt: skip
"""The options of an endpoint (``EndpointDetail``)."""

AOR: Final[Headers] = (
    ("MinimumExpiration", "60"), ("DefaultExpiration", "3600"), ("QualifyTimeout", "3.000000"),
    ("Qualify2xxOnly", "false"), ("Mailboxes", ""), ("SupportPath", "false"), ("RemoveUnavailable", "false"),
    ("VoicemailExtension", ""), ("MaxContacts", "0"), ("AuthenticateQualify", "false"),
    ("Contacts", ""), ("MaximumExpiration", "7200"), ("QualifyFrequency", "0"),
    ("RemoveExisting", "false"), ("OutboundProxy", ""),
)  # fmt: skip
"""The options of an address of record; ``Contacts`` is what it has at the moment."""

AUTH: Final[Headers] = (
    ("OauthSecret", ""), ("PasswordDigest", ""), ("SupportedAlgorithmsUas", "MD5"), ("RefreshToken", ""),
    ("Username", ""), ("Md5Cred", ""), ("Realm", ""), ("AuthType", "userpass"), ("Password", ""),
    ("SupportedAlgorithmsUac", "MD5"), ("NonceLifetime", "32"), ("OauthClientid", ""),
)  # fmt: skip
"""The options of an authentication."""

TRANSPORT: Final[Headers] = (
    ("WebsocketWriteTimeout", "100"), ("Cos", "0"), ("TcpKeepaliveEnable", "false"), ("Protocol", "udp"),
    ("SymmetricTransport", "false"), ("Domain", ""), ("VerifyServer", "No"), ("LocalNet", ""), ("Bind", ""),
    ("AllowWildcardCerts", "No"), ("TcpKeepaliveIntervalTime", "1"), ("AsyncOperations", "1"),
    ("ExternalMediaAddress", ""), ("Method", "unspecified"), ("ExternalSignalingAddress", ""),
    ("RequireClientCert", "No"), ("TcpKeepaliveIdleTime", "30"), ("Tos", "0"), ("CaListPath", ""),
    ("Cipher", ""), ("CertFile", ""), ("ExternalSignalingPort", "0"), ("Password", ""),
    ("AllowReload", "false"), ("VerifyClient", "No"), ("TcpKeepaliveProbeCount", "5"), ("PrivKeyFile", ""),
    ("CaListFile", ""),
)  # fmt: skip
"""The options of a transport."""

IDENTIFY: Final[Headers] = (
    ("Match", ""), ("MatchRequestUri", ""), ("SrvLookups", "true"), ("Endpoint", ""), ("MatchHeader", ""),
)  # fmt: skip
"""The options of what tells an endpoint by its address."""

REGISTRATION: Final[Headers] = (
    ("MaxRetries", "10"), ("ClientUri", ""), ("SecurityNegotiation", "no"),
    ("AuthRejectionPermanent", "true"), ("ServerUri", ""), ("MaxRandomInitialDelay", "10"),
    ("SupportPath", "false"), ("RetryInterval", "60"), ("ContactHeaderParams", ""), ("Expiration", "3600"),
    ("Transport", ""), ("Line", "false"), ("ContactUser", ""), ("Endpoint", ""), ("UserAgent", ""),
    ("ForbiddenRetryInterval", "0"), ("OutboundAuth", ""), ("OutboundProxy", ""), ("FatalRetryInterval", "0"),
    ("SupportOutbound", "no"),
)  # fmt: skip
"""The options of a registration of ours at another server."""
