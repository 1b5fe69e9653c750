"""What a question wants of people: to demean them, or help for the one who asks."""

import re

from bot.decency.folding import seen, unstretched, words

_ROLE = (
    r"(?:teacher|professor|prof|lecturer|instructor|tutor|ta|classmates?|roommate|teammates?|"
    r"friends?|boss|coworkers?|colleagues?|neighbou?rs?|brother|sister|mother|mom|mum|father|dad|"
    r"parents|wife|husband|girlfriend|boyfriend|ex|crush|cousin|students?|bully|kid|child|"
    r"principal|landlord)"
)
_GROUP = (
    r"(?:women|girls|men|blacks|black people|black men|black women|whites|white people|jews|"
    r"jewish people|muslims|christians|hindus|arabs|gays|gay people|gay men|lesbians|"
    r"homosexuals|trans people|transgender people|immigrants|refugees|foreigners|asians|"
    r"chinese people|chinese students|indians|mexicans|africans|gypsies|disabled people|"
    r"autistic people|old people|poor people|fat people|blondes|international students)"
)
# A teacher may be a model, a child a process, a parent a node.
_NO_THING = (
    r"(?! (?:s )?(?:model|models|network|networks|process|processes|node|nodes|class|classes|"
    r"forcing|logits|distribution|component|components|thread|threads|tensor|weights|"
    r"accuracy|score|scores|code|submission|baseline|loss|record|module|key|id|table|run)\b)"
)
_PERSON = (
    rf"(?:(?:my|our|his|her|their|your|the|this|that|some|a|an) (?:\w+ )?{_ROLE}{_NO_THING}|"
    rf"{_GROUP}|him|her|someone|somebody|everyone here|this (?:guy|girl|woman|man|person|user)|"
    rf"that (?:guy|girl|woman|man|person|user)|the (?:guy|girl|woman|man|person) )"
)
_DEMEAN = (
    r"(?:insult|roast|bully|humiliate|harass|ridicule|belittle|demean|threaten|intimidate|dox|"
    r"stalk|blackmail|degrade|slander|defame)"
)
_WRITE = (
    r"(?:write|give|tell|make|generate|compose|create|draft|say|invent|come up with|spread|list|"
    r"produce|send|post|help me with|help me write|(?:want|need) (?:an?|some))"
)
_NASTY = (
    r"(?:insults?|roasts?|slurs?|threats?|threatening|insulting|hateful|nasty|offensive|"
    r"mean(?! of| squared| absolute| value)|"
    r"sexist|racist|homophobic|antisemitic|anti semitic|islamophobic|transphobic|degrading|"
    r"humiliating|demeaning|vicious|cruel|vulgar|dirty|rude|abusive|embarrassing|rumou?rs?)"
)
_LOW = (
    r"(?:inferior|subhuman|stupid|dumb|lazy|dirty|criminals?|evil|disgusting|ugly|worthless|"
    r"bad drivers|bad at (?:math|maths|coding|programming)|less intelligent|greedy|terrorists|"
    r"violent|filthy|annoying|weak|cheaters|too emotional)"
)
_SEXUAL = (
    r"(?:naked|nude|nudes|sexy|erotic|erotica|porn|pornographic|sexual|dirty|kinky|steamy|nsfw|"
    r"smutty)"
)
_TRULY = r"(?:all |so |just |really |genetically |naturally |intellectually )*"
_AIMED = (
    rf"(?<!not )(?<!dont )(?<!never )(?<!detect ){_DEMEAN} {_PERSON}",
    rf"{_WRITE} (?:\w+ ){{0,4}}{_NASTY} (?:\w+ ){{0,4}}(?:about|for|to|at|against|on|of|towards?) "
    rf"(?:\w+ )?{_PERSON}",
    rf"{_WRITE} (?:\w+ ){{0,3}}{_NASTY} jokes?",
    rf"{_WRITE} (?:\w+ ){{0,3}}jokes? (?:about|making fun of|mocking) (?:how )?{_GROUP}",
    rf"(?<!not )(?<!dont )(?<!never ){_DEMEAN} (?:prof|professor|dr|mr|mrs|ms|teacher) \w+"
    r"(?! (?:model|network|networks|process|node|nodes|dataset|data)\b)",
    rf"mak(?:e|ing) fun of {_PERSON}",
    r"(?:write|generate|give me|post) (?:\w+ ){0,2}(?:hate speech|propaganda|a hate post) "
    r"(?:about|against|targeting|on) ",
    rf"why (?:are|do|is) (?:all |most |the |these |those )?{_GROUP} (?:all |so |such |always |"
    rf"really |just |very )*(?:are )?(?:so )?{_LOW}",
    rf"(?:explain|prove|argue|write|show|tell me) (?:\w+ ){{0,5}}(?:why|that|how|proving|saying) "
    rf"{_GROUP} (?:are|is) {_TRULY}{_LOW}",
    rf"(?:are|arent) {_GROUP} {_TRULY}{_LOW}",
    rf"(?:describe|imagine|draw|show|picture|write about|write|tell me about|generate) "
    rf"(?:\w+ ){{0,6}}{_SEXUAL} (?:\w+ ){{0,4}}(?:about|of|with|involving|featuring|between) "
    rf"(?:\w+ )?{_PERSON}",
    rf"(?:describe|imagine|draw|show|picture|undress) (?:me )?(?:\w+ )?{_PERSON} "
    rf"(?:\w+ ){{0,2}}(?:naked|nude|undressing|without clothes|in bed|having sex)",
    r"(?:write|tell|give|generate|make) (?:\w+ ){0,4}(?:erotica|erotic|porn|smut|sex|nsfw|sexual) "
    r"(?:\w+ )?(?:story|stories|scene|fan ?fiction|roleplay|text|poem|chat)",
    rf"(?:rate|describe|rank) {_PERSON}(?: \w+){{0,2}} "
    r"(?:body|breasts|boobs|ass|butt|looks|curves)",
    rf"(?:rate|rank) (?:the )?(?:\w+ ){{0,3}}{_GROUP} (?:\w+ ){{0,4}}"
    r"(?:hot|hotness|attractiveness|looks)",
    rf"how (?:do|can|could|should|would|to) ?(?:i|we|you)? ?(?:kill|murder|hurt|harm|poison|stab|"
    rf"beat up|stalk|dox|blackmail|seduce|get revenge on|punch) {_PERSON}",
    rf"(?:help me|i want to|i will|i am going to|lets|let us) (?:\w+ )?(?:kill|murder|hurt|poison|"
    rf"stab|beat up|stalk|dox|blackmail|get revenge on|bully|punch) {_PERSON}",
    rf"(?:where does|find out where) {_PERSON}(?: \w+)? lives?",
    rf"(?:call|name) {_PERSON} (?:an? )?(?:\w+ )?(?:idiot|moron|loser|bitch|slut|whore|retard|pig)",
)
_NAMED = re.compile(
    r"\b(?:[Ii]nsult|[Rr]oast|[Bb]ully|[Hh]umiliate|[Hh]arass|[Tt]hreaten|[Dd]ox|[Ss]talk|"
    r"[Bb]lackmail|[Mm]ake fun of)\s+(?:<@[!&]?\d+>|@\w+|(?!(?:Detection|Classification|"
    r"Classifier|Dataset|Datasets|Data|Comments?|Corpus|Prevention|Recognition)\b)[A-Z][a-z]+\b)"
)
_HURT = (
    r"(?:kil+|hurt|harm|injure|cut|stab|hang|drown|poison|starve|shoot|kil+ing|hurting|harming|"
    r"injuring|cutting|stabbing|hanging|drowning|poisoning|starving|shooting)"
)
_NO_IDIOM = r"(?! (?:in the (?:foot|feet|leg)|some|a |off|out|up on|laughing))"
_NOBODY = r"(?:nobody|no one|noone|no body|not a soul)"
_WOULD = r"(?:would|will|ll|d) (?:even |ever |really |probably )*"
_DISTRESS = (
    r"i (?:really |just |often |still |sometimes |do )*(?:want|wanna|wish|intend|plan|am going|"
    r"need|am planning|am about|was going|have decided|feel like)(?: to)? "
    r"(?:die(?! cut)|be dead|dying|kil+ myself|killing myself|end my life|ending my life|"
    r"end it all|ending it all|hurt myself|hurting myself|harm myself|harming myself|cut myself|"
    r"cutting myself|take my own life|disappear forever|commit suicide|not be alive|"
    r"not wake up|jump off)",
    r"i wanna (?:die|be dead|kil+ myself|end my life|end it all|hurt myself)",
    r"(?:im|i am|ive been|i have been|i feel|feeling) (?:\w+ ){0,2}(?:suicidal|self harming)",
    r"(?:im|i am) (?:gonna|going to|about to|thinking (?:of|about)) (?:kil+|killing|hurt|"
    r"hurting|cut|cutting|harm|harming) myself",
    r"(?:how|best way|easiest way|painless way|ways?|what is the \w+ way) (?:\w+ ){0,3}"
    r"(?:kil+ myself|end my (?:own )?life|commit suicide|take my own life|die without pain|"
    r"die painlessly|hang myself|overdose)",
    r"(?:thoughts|thinking|think) (?:of|about) (?:suicide|killing myself|ending (?:it all|my life)|"
    r"hurting myself|taking my (?:own )?life)",
    r"(?:kil+ myself|kms|ending my life|end my life)",
    r"i (?:dont|do not|no longer) (?:want|wanna|wish)(?: to)? (?:live|be alive|exist|be here "
    r"anymore|wake up)(?! in| at| with| on)",
    r"(?:no reason|nothing left|not worth|no point)(?: for me)? (?:to (?:live|keep living|go on)|"
    r"in living|living anymore)",
    r"(?:everyone|everybody|they|the world) would be better off without me",
    r"i (?:keep|started|have been|cant stop) (?:cutting|hurting|harming) myself",
    r"i (?:cut|hurt|harm) myself (?:on purpose|to feel|again|every|when i)",
    r"i (?:hate|cant stand) (?:my life|being alive|living)(?= |$)",
    r"i (?:cant|cannot) (?:go on|live) (?:anymore|any longer|like this)",
    rf"{_HURT} myself{_NO_IDIOM}",
    r"(?:unalive|off) myself",
    rf"{_HURT} (?:herself|himself|themsel(?:f|ves))(?= |$)",
    rf"{_NOBODY} {_WOULD}(?:notice|care|mind|miss me) "
    r"(?:if|when|that|should) i (?:\w+ ){0,3}(?:gone|die|died|dead|disappear|disappeared|vanish|"
    r"vanished|missing|not here|here anymore)",
    rf"{_NOBODY} {_WOULD}miss me(?= |$)",
    r"(?:i|id|i would|i might|i may) (?:be|am) better off (?:dead|gone|not alive)",
    r"i (?:\w+ )?wish (?:that )?i (?:was|were|am|could be) (?:\w+ )?(?:dead|gone|not alive|"
    r"not here|never born)",
    r"i wish i (?:had never been|was never|were never|d never been|never was) born",
    r"i (?:\w+ )?(?:want|wanna|wish|just want) (?:to )?(?:vanish|stop existing|not exist|"
    r"not be here anymore|sleep forever|never wake up)(?= |$)",
    r"i (?:dont|do not) (?:want|wanna)(?: to)? (?:be here|go on|keep going) any ?(?:more|longer)",
    r"i (?:really |truly |just )*hate myself(?! for)",
    r"point (?:of|in) (?:living|being alive|my life|staying alive)",
    r"life (?:is not|isnt|aint|is no longer) worth (?:living|it)",
    r"(?:tired|sick|done) (?:of|with) (?:living|life|being alive|existing)",
    r"(?:give|giving|given|gave) up on (?:life|living|my life)",
    r"i (?:\w+ ){0,4}self ?harm(?:ing|ed)?(?= |$)(?! (?:data|datasets?|detect|detection|posts?))",
    r"(?:considering|attempted|attempting|planning|contemplating|consider) suicide",
    r"suicide (?:hotline|helpline|note)(?! (?:data|dataset|detection|classification|corpus))",
    r"how many (?:\w+ ){0,3}(?:pills|tablets|paracetamol|ibuprofen|tylenol)",
    r"i (?:\w+ ){0,4}(?:jump|throw myself|step) (?:off|from|in front of) (?:a|the|my) "
    r"(?:bridge|roof|building|balcony|train|bus|window)",
)


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + r")\b")


_AIMS = _compiled(_AIMED)
_DISTRESSED = _compiled(_DISTRESS)


def aims_at_people(question: str) -> bool:
    """Whether a question asks to insult, harass, threaten or sexualise a person or a group.

    Made to be right when it says so: what merely speaks of such things (a data set of
    insults, a teacher model, a killed process) passes.
    """
    visible = seen(question)
    return _NAMED.search(visible) is not None or _AIMS.search(_folded(visible)) is not None


def needs_help(question: str) -> bool:
    """Whether the person who asks speaks of harming themselves."""
    return _DISTRESSED.search(_folded(seen(question))) is not None


def _folded(visible: str) -> str:
    return unstretched(" ".join(words(visible)))
