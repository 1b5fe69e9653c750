"""Phrases that no word list catches: threats, harassment and sexual offers.

The patterns read folded text: lower case words without apostrophes, one space apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.decency import Reason

_YOU = r"(?:you|u|ya|him|her|them|yall)"
_YOU_ARE = r"(?:you are|youre|you re|ur|u are|u r|your)"
_VERY = (
    r"(?:(?:an?|all|such|so|just|really|nothing but|too|very|such a|the most|utterly|totally|"
    r"completely|fucking|little) ){0,3}"
)
_HARM = (
    r"(?:kil+|murder|strangle|stab|shoot|rape|behead|lynch|torture|slaughter|"
    r"beat up|beat the life out of|break the neck of|hunt down)"
)
_GROUP = (
    r"(?:women|girls|blacks|black people|whites|white people|jews|jewish people|muslims|arabs|"
    r"christians|hindus|gays|gay people|lesbians|homosexuals|trans people|transgender people|"
    r"immigrants|refugees|foreigners|asians|chinese people|indians|mexicans|africans|gypsies|"
    r"disabled people|autistic people|old people|poor people)"
)
_LOW = (
    r"(?:inferior|subhumans?|vermin|parasites|animals|criminals|thieves|terrorists|stupid|dumb|"
    r"worthless|disgusting|filthy|dirty|trash|garbage|scum|evil|a disease|a plague|cockroaches)"
)
_NO_THING = r"(?! (?:process|processes|job|jobs|thread|threads|model|network|session|task)\b)"


@dataclass(frozen=True, slots=True)
class _Family:
    """Patterns of one kind, and words of which one stands in each of their matches."""

    reason: Reason
    triggers: frozenset[str]
    pattern: re.Pattern[str]


def _family(reason: Reason, triggers: str, *patterns: str) -> _Family:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return _Family(reason, frozenset(triggers.split()), re.compile(rf"\b(?:{joined})\b"))


_FAMILIES = (
    _family(
        Reason.THREAT,
        "kill kil murder strangle stab shoot rape behead lynch torture slaughter beat break hunt "
        "yourself urself kys killyourself die hang end gas exterminate deserve deserves dead find "
        "harm hurt burn",
        rf"(?:i|we) (?:will|shall|would|ll|am going to|are going to|want to|wanna|gonna|"
        rf"am gonna|swear i will) (?:\w+ )?{_HARM} {_YOU}{_NO_THING}",
        rf"(?:ill|im going to|im gonna|were going to|well) {_HARM} {_YOU}{_NO_THING}",
        r"(?:go|just|please|should|must|now|and) (?:and )?kil+ (?:yourself|urself|yourselves)",
        r"(?:go|just|please|should|must|you|why dont you|better|to) "
        r"(?:hang|shoot|drown|harm|hurt|cut) (?:yourself|urself|yourselves)",
        r"kil+ ?(?:yourself|urself|yourselves)",
        r"kys",
        r"(?:you|u) (?:deserve|should|ought) (?:to )?(?:die|be dead|be killed|be shot|be raped)",
        r"(?:i )?hope (?:that )?(?:you|u) (?:will )?(?:die|get raped|get killed|burn in hell)",
        r"(?:(?:just )?go|drop dead and|crawl away and) (?:and )?die(?! (?:out|off|down|away))",
        r"just die (?:in a fire|already|alone)",
        r"end (?:your|ur) (?:own )?life",
        r"(?:you|u) (?:are|re|will be) (?:a )?dead (?:man|meat|woman)",
        r"(?:i|we) know where (?:you|u) live(?= |$).{0,40}(?:kil+|hurt|find you|come for)",
        rf"(?:all )?{_GROUP} (?:should|must|deserve to|ought to|need to) (?:all )?"
        r"(?:die|be killed|be shot|be gassed|be exterminated|be hanged|be deported|burn)",
        rf"(?:kil+|gas|exterminate|shoot|lynch|burn|hang|hunt) (?:all )?(?:the )?{_GROUP}",
    ),
    _family(
        Reason.HARASSMENT,
        "worthless stupid idiot idiots moron morons dumb ugly pathetic disgusting useless loser "
        "losers trash garbage scum waste nobody hate hates fat retarded suck stfu shut inferior "
        "subhuman subhumans vermin parasites animals criminals thieves terrorists filthy dirty "
        "evil disease plague cockroaches ashamed failure kitchen imbecile brainless piece belong "
        "belongs die died born",
        rf"{_YOU_ARE} {_VERY}(?:worthless|stupid|idiots?|morons?|dumb|ugly|pathetic|disgusting|"
        r"losers?|trash|garbage|scum|imbeciles?|brainless|retarded|fat|"
        r"waste of (?:space|air|oxygen|life|skin)|(?:stupid|dumb|complete|total|utter|fucking|"
        r"absolute|worthless|pathetic|useless) (?:idiots?|morons?|failures?|losers?|person|"
        r"human being|girl|boy|piece)|useless (?:person|human|student|idiot)|piece of)"
        r"(?! (?:model|weights?|baseline|classifier|network|code|data|clip|tree|tail))",
        r"you (?:stupid|dumb|ugly|pathetic|disgusting|worthless|fat|useless|miserable|little) "
        r"(?:idiots?|morons?|losers?|pigs?|cows?|people|person|girl|boy|piece of|scum|fool|thing)",
        r"(?:you|u) (?:are an?|re an?|r) (?:idiot|moron|imbecile|loser|failure as a|disgrace)",
        r"(?:nobody|no one|no body) (?:likes|loves|wants|will ever love|would miss|will miss) "
        r"(?:you|u)(?! to\b)",
        r"(?:everyone|everybody|we all|i) (?:really )?hates? (?:you|u)",
        r"(?:you|u) (?:should|will) never have been born",
        r"(?:better|best) (?:if|when) (?:you|u) (?:died|were dead|had never been born)",
        r"(?:you|u) (?:really )?suck(?: at life| so| and|$)",
        r"shut (?:the \w+ )?up (?:you|idiot|moron|stupid|bitch)",
        rf"(?:all |most |the )?{_GROUP} (?:are|r) (?:all |just |simply |naturally |genetically |"
        rf"really |nothing but |mentally |intellectually )*{_LOW}",
        r"(?:women|girls) (?:all )?belongs? in the kitchen",
    ),
    _family(
        Reason.SEXUAL,
        "sex cum suck lick breasts tits naked horny fetish gang gangbang blow hand jerk jack dry "
        "golden deep cock penis vagina shaved nipples undress undressed bed strip spread thrust "
        "thrusting thrusts moaning moaned moan masturbate fondled fondle fondling",
        r"(?:have|had|having|has|want|wants|wanted|need) (?:\w+ )?sex with (?:me|you|him|her|them|"
        r"my|your|his|a|the|some|another|each)",
        r"(?:group|anal|oral|phone|gay|hot|rough|hardcore) sex"
        r"(?! (?:ratio|education|difference|column|feature|ed))",
        r"sex (?:tape|slave|toys?|doll|chat|cam)",
        r"cum (?:in|on|all over|inside|for) (?:my|your|his|her|their|me|you|him)",
        r"(?:suck|lick|ride|stroke|fondled?|fondling) (?:my|your|his|her) (?:\w+ )?"
        r"(?:cock|dick|penis|balls|breasts|tits|pussy|nipples|clit|ass|body)",
        r"(?:big|huge|naked|bare|firm|perky) (?:\w+ )?(?:breasts|tits|boobs|nipples|cock)",
        r"(?:blow|hand) jobs?(?= |$)(?! (?:queue|scheduler|submission))",
        r"(?:jerk|jack)(?:ed|ing|s)? off",
        r"(?:foot|leather|latex) fetish",
        r"(?:so|very|really|feel|feeling|am|im|are) horny",
        r"golden shower|gang bang(?:ed|s)?|dry hump(?:ed|ing|s)?|shaved (?:pussy|beaver)|"
        r"spread (?:her|your|my) legs",
        r"(?:undress|undressed|strip|stripped) (?:me|you|him|her|yourself|herself|naked)",
        r"(?:moaned|moaning|moans|thrusts?|thrusting) (?:\w+ ){0,4}"
        r"(?:inside her|into her|inside me|into me|in pleasure|with pleasure|in ecstasy)",
    ),
)


def phrase_reason(tokens: Iterable[str]) -> Reason | None:
    """Why the words of a text, as `folding.words` gives them, are indecent together."""
    sequence = list(tokens)
    present = frozenset(sequence)
    folded = ""
    for family in _FAMILIES:
        if present & family.triggers:
            folded = folded or " ".join(sequence)
            if family.pattern.search(folded):
                return family.reason
    return None
