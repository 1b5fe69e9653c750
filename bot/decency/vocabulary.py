"""The words that the filter knows beside its library's list, and how grave each one is.

What the library lists and no set here names counts as sexual content. Words are lower case,
single and unmasked: folding and the library undo disguises.
"""

from bot.domain.decency import DecencyLevel, Reason


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


SLURS = _words(
    """
    beaner beaners chinks coon coons darkie darkies fag fags faggot faggots faggy golliwog gook
    gooks honkey jigaboo jiggaboo jiggerboo japs kike kikes negro negroes neger nigga niggas
    niggaz nigger niggers paki pakis raghead ragheads retard retards retarded sandnigger shemale
    shemales slanteye spic spics towelhead towelheads trannies tranny untermensch wetback wetbacks
    """
)
SWEARING = _words(
    """
    apeshit arsehole arseholes asshat asshole assholes asswipe bitch bitches clusterfuck cunt
    cunts dick dickhead dickheads dipshit fuck fucked fucker fuckers fuckface fuckhead fuckin
    fucking fucks fucktard fucktards motherfucker motherfuckers motherfucking fvck phuck fuq
    shit shite shithead shitheads shits shitshow shitting shitty shitblimp twat twats
    """
)
SEXUAL = _words(
    """
    blowjobs buttplug cameltoe cumshot cumshots dicks dildos fap fapping gangbang gangbangs
    handjobs jerkoff masturbated masturbates masturbating masturbation milfs pussies raped rapes
    rapists slutty sluts titfuck whore whores whoring
    """
)
MILD = _words(
    """
    arse arses ass asses bastard bastards bastardo bastinado bdsm bimbo bimbos bitching bitchy
    bollocks bondage boner booty bullshit busty butt butts clitoris crap crappy cumming dammit damn
    damned dingleberries dingleberry douchebag douchebags dumbass dumbasses erotic erotism erotica
    fuk goddamn goddamned grope homoerotic hooker hookers humping idiot idiotic idiots
    imbecile imbeciles incest intercourse jackass jackasses kinky kinkster lmfao lovemaking moron
    moronic morons nude nudes nympho nymphomania omfg orgasm orgasms orgies orgy paedophile panties
    panty pedophile penis pissed pissing rimming sadism scumbag scumbags sexy smut sodomy stfu
    sucks throating topless tush tushy vagina voyeur vulva wank wanker wankers wtf yiffy
    """
)
"""Withheld in `strict` only."""

HARMLESS = _words(
    """
    acrotomophilia anus babeland bareback barenaked bastardized birdlock bs cornhole cum
    dendrophilia domination dvda ejaculation escort eunuch fecal figging fingering genitals
    guro hardcore hoe hoes lolita mf neonazi nipple nipples nudity octopussy pegging playboy poof
    poon pornography quim rectum santorum scat scissoring semen sex sexo shota shrimping simp
    skeet snatch snowballing spunk strappado suck swastika swinger testbad01 tosser twink twinkie
    undressing vibrator xx xxx yaoi
    """
)
"""Listed by the library, but names, tools, medicine or course words: bs is the batch size."""

HARMLESS_PHRASES = (
    "chinks in the",
    "cock, hen",
    "cock and hen",
    "maine coon",
    "maine coons",
    "maine_coon",
    "oilseed rape",
    "rape oil",
    "rape seed",
    "retarded differential",
    "retarded equation",
    "retarded functional",
    "retarded green",
    "retarded potential",
    "retarded potentials",
    "retarded time",
    "rio negro",
    "spic and span",
    "tit for tat",
    "tit-for-tat",
)
"""Inside of these a word that is withheld elsewhere passes."""

WORD_REASONS = (
    dict.fromkeys(SWEARING, Reason.SWEARING)
    | dict.fromkeys(SEXUAL, Reason.SEXUAL)
    | dict.fromkeys(SLURS, Reason.SLUR)
    | dict.fromkeys(MILD, Reason.MILD)
)


def withheld_words(listed: frozenset[str], level: DecencyLevel) -> frozenset[str]:
    """The words that a level withholds, of the library's list and of the sets above."""
    single = {word for word in listed if word.isascii() and word.isalnum()}
    withheld = (single | WORD_REASONS.keys()) - HARMLESS
    return frozenset(withheld if level is DecencyLevel.STRICT else withheld - MILD)
