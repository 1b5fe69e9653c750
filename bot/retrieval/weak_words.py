"""Words that questions are made of and that say little about what is asked."""

WEAK_WORDS = frozenset(
    """
    able advice affect affects allow anymore anyway anywhere apart apparently appear awful
    awkward bad basic beforehand best better big bit bring call called calls care case cases
    cause causes certain chance change changes cheap clear clearly close come common compare
    compared completely concept constantly cool correct correctly count crazy current currently
    day days deal decent decide definitely depend depends detail details difficult do does early
    easily easy effect end enough entire exact exactly expect explain extra fact facts fair feel
    figure final find fine first follow forget friend full fully funny gain gonna great guess
    guy handle hard high honestly huge idea ideas imply important include instance interesting
    intuitive issue issues job large last later lead learn leave let level like list literally
    little long look looks lose low main man matter matters method minute mistake moment move
    name named names nature necessary new nice normal normally notice number obviously odd
    officially old open option options order original originally overall own part particular pay
    people per perfect perfectly person pick place plain plus poor practical practice prefer
    present pretty prevent prior probably problem problems proper properly purpose put quickly
    real reason reasons recommend recommended regular relate related relation remember rest run
    say sense sensible separate serious set setting settings short show side sit sits situation
    slow small solve solved somehow someone somewhere sort speak special specific start state
    stay step strange suddenly suggest summary support suppose tell term terrible time times tip
    tips today tomorrow tonight tool topic totally trick true turn type types typical typically
    unusual usual value values view wait watch weak weird wild word words world worry worse
    worst worth wrap write wrong year yesterday
    """.split()
)
"""They count less than other words, not nothing: "order" and "value" are terms, too."""
