"""Words that are in every text and say nothing about what it is on."""

STOP_WORDS = frozenset(
    """
    a about above actually after again against all almost already also although always am an and
    another any anybody anyone anything are aren arent as ask asking at away back basically be
    because been before being better between both but by came can cannot cant come could couldn
    couldnt d did didn didnt different do does doesn doesnt doing don done dont dude each either
    else etc even ever every everyone example explain explained explanation far few for from
    general generally get gets getting give given gives go goes going gonna good got guys had hadn
    has hasn hasnt have haven havent having he hello help helps her here hey hi him his how
    however i id idea if ill im in instead into is isn isnt it its itself ive just kind kinda know
    known less let lets like ll lol lot m made make makes making many may maybe me mean means
    meant might mine more most much must my need needed needs neither never no nor not nothing
    now of off often oh ok okay on once one ones only or other others our ours out over own
    people please pls plz point possible put quite rather re really reason right s said same say
    says see seem seems shall she should shouldn shouldnt simple simply since so some somebody
    someone something sometimes somewhat still stuff such sure t take tell than thank thanks that
    thats the their theirs them themselves then there theres these they theyre thing things think
    this those though through thus thx to together too tried try trying u understand until up ur
    us use used useful uses using usually ve versus very via vs want wanted wants was wasn wasnt
    way ways we well went were weren what whats when whenever where wheres whether which while who
    whole whom whose why will with within without won wont would wouldn wouldnt wtf x y yeah yes
    yet you your yours
    difference differences differ definition define defined describe happen happens happened
    intuition intuitively purpose role work works working actual exactly briefly short quick
    question questions answer confused confusing wondering stuck
    wat wats wut whats hows dat da dis cuz coz bc wanna lemme gimme tho btw idk tbh imo ngl fyi
    asap eli5 bro sir mam dumb noob plss pleas plzz hav havnt wen wich wot thru der ppls ty tysm
    """.split()
)
