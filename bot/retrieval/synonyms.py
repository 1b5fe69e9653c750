"""Names in deep learning that mean the same, and words that mean nothing to a search."""

GROUPS: tuple[tuple[str, ...], ...] = (
    # networks
    ("ann", "artificial neural network"),
    ("nn", "neural network", "neural net"),
    ("dnn", "deep neural network"),
    ("mlp", "multilayer perceptron", "multi-layer perceptron", "feed-forward network"),
    ("ffn", "feed-forward network", "feed-forward block", "feed-forward layer"),
    ("fc", "fully connected", "dense layer"),
    ("cnn", "convnet", "convolutional neural network", "convolutional network"),
    ("conv", "convolution", "convolutional"),
    ("rnn", "recurrent neural network", "recurrent network"),
    ("lstm", "long short-term memory"),
    ("gru", "gated recurrent unit"),
    ("gan", "generative adversarial network"),
    ("vae", "variational autoencoder"),
    ("ae", "autoencoder"),
    ("resnet", "residual network"),
    ("skip connection", "residual connection", "shortcut connection"),
    ("vit", "vision transformer"),
    ("gnn", "graph neural network"),
    ("gcn", "graph convolutional network"),
    ("moe", "mixture of experts"),
    ("rbm", "restricted Boltzmann machine"),
    ("svm", "support vector machine"),
    ("knn", "k nearest neighbours"),
    ("pca", "principal component analysis"),
    ("ddpm", "diffusion model", "denoising diffusion"),
    # training
    ("sgd", "stochastic gradient descent"),
    ("gd", "gradient descent"),
    ("lr", "learning rate", "step size"),
    ("backprop", "backpropagation", "back propagation", "backward pass"),
    ("bptt", "backpropagation through time"),
    ("tbptt", "truncated backpropagation through time"),
    ("bn", "batch norm", "batchnorm", "batch normalisation"),
    ("ln", "layer norm", "layernorm", "layer normalisation"),
    ("wd", "weight decay", "L2 regularisation", "L2 penalty"),
    ("l1", "lasso", "L1 regularisation"),
    ("reg", "regularisation"),
    ("aug", "augmentation"),
    ("init", "initialisation"),
    ("hyperparam", "hyperparameter", "hyper-parameter"),
    ("param", "parameter"),
    ("grad", "gradient"),
    ("optim", "optimiser"),
    ("bs", "batch size"),
    ("minibatch", "mini-batch"),
    ("amp", "mixed precision"),
    ("fp16", "half precision", "float16"),
    ("bf16", "bfloat16"),
    ("es", "early stopping"),
    ("vanishing gradient", "gradient vanishing", "gradients vanish", "vanish gradient"),
    ("exploding gradient", "gradient explosion", "gradients explode"),
    ("overfit", "over-fit"),
    ("underfit", "under-fit"),
    ("ddp", "distributed data parallel"),
    ("rl", "reinforcement learning"),
    ("rlhf", "reinforcement learning from human feedback"),
    ("sft", "supervised fine-tuning"),
    ("ssl", "self-supervised learning"),
    ("kd", "knowledge distillation"),
    ("nas", "neural architecture search"),
    # losses and scores
    ("mse", "mean squared error", "squared error"),
    ("mae", "mean absolute error"),
    ("rmse", "root mean squared error"),
    ("ce", "cross-entropy"),
    ("bce", "binary cross-entropy"),
    ("nll", "negative log-likelihood"),
    ("kl", "Kullback-Leibler", "KL divergence"),
    ("mle", "maximum likelihood"),
    ("ppl", "perplexity"),
    ("acc", "accuracy"),
    ("auc", "area under the curve"),
    ("roc", "receiver operating characteristic"),
    ("iou", "intersection over union"),
    ("cv", "cross-validation"),
    ("tp", "true positive"),
    ("fp", "false positive"),
    ("fn", "false negative"),
    ("tn", "true negative"),
    # language
    ("nlp", "natural language processing"),
    ("lm", "language model"),
    ("llm", "large language model"),
    ("mlm", "masked language modelling"),
    ("clm", "causal language modelling"),
    ("bpe", "byte pair encoding"),
    ("bow", "bag of words"),
    ("tfidf", "tf-idf", "term frequency inverse document frequency"),
    ("w2v", "word2vec"),
    ("emb", "embedding"),
    ("oov", "out of vocabulary"),
    ("vocab", "vocabulary"),
    ("tok", "token"),
    ("pe", "positional encoding", "positional embedding", "position embedding"),
    ("ner", "named entity recognition"),
    ("mt", "machine translation"),
    ("seq2seq", "sequence to sequence"),
    ("qkv", "query key value", "queries keys and values", "q k v", "q k and v"),
    ("mha", "multi-head attention"),
    ("sdpa", "scaled dot-product attention"),
    ("kv", "key value"),
    ("rag", "retrieval-augmented generation"),
    ("lora", "low-rank adaptation"),
    ("peft", "parameter-efficient fine-tuning"),
    ("icl", "in-context learning", "few-shot prompting"),
    ("cot", "chain of thought"),
    ("temp", "temperature"),
    ("nucleus sampling", "top-p"),
    ("hf", "hugging face", "huggingface"),
    ("gpt", "generative pre-trained transformer"),
    ("eos", "end of sequence", "end of text"),
    ("bos", "beginning of sequence"),
    # tools and machines
    ("tf", "tensorflow"),
    ("gpu", "graphics card"),
    ("oom", "out of memory"),
    ("ckpt", "checkpoint"),
    ("relu", "rectified linear unit"),
    ("gelu", "Gaussian error linear unit"),
    ("sigmoid", "logistic function"),
    ("tanh", "hyperbolic tangent"),
    ("eval", "evaluation"),
    ("val", "validation"),
    ("config", "configuration"),
    ("repo", "repository"),
    ("env", "environment"),
    # plain words for them
    ("velocity", "momentum"),
    ("memorise", "overfit"),
    ("repeat", "repetition", "repetitive"),
    ("classify", "classification", "classifier"),
    ("summarise", "summary", "summarisation"),
    ("penalise", "penalty"),
    ("memorisation", "overfitting"),
    ("made up", "make up", "making up", "hallucinate", "hallucination"),
    ("speed up", "faster"),
    ("look up", "retrieve", "retrieval"),
    # the course
    ("ta", "teaching assistant"),
    ("prof", "professor", "lecturer"),
    ("midterm", "mid-term"),
    ("exam", "examination"),
    ("prereq", "prerequisite"),
    ("due date", "deadline"),
)

RELATED: tuple[tuple[str, ...], ...] = (
    ("big", "large", "larger", "high", "huge", "bigger"),
    ("small", "smaller", "low", "tiny", "little"),
    ("choose", "pick", "select"),
    ("prevent", "avoid", "stop", "reduce", "against"),
    ("fast", "faster", "speed", "quick", "quickly"),
    ("slow", "slowly", "slower"),
    ("measure", "metric", "score", "evaluate"),
    ("document", "text", "passage", "article"),
    ("vector", "embedding"),
    ("image", "picture", "photo"),
    ("remember", "memory", "remembers"),
    ("forget", "forgets"),
    ("wrong", "false", "incorrect"),
    ("random", "randomly", "randomness", "diverse"),
    ("network", "net", "model"),
    ("example", "sample", "instance"),
    ("label", "target"),
    ("minibatch", "batch"),
    ("save", "store"),
    ("load", "open", "read"),
    ("error", "warning", "crash", "complain"),
    ("word", "token"),
    ("shrink", "reduce", "decrease", "smaller"),
    ("grow", "increase", "rise", "larger"),
    ("cheap", "efficient"),
    ("explode", "blow", "diverge"),
    ("zeroing", "zero", "switch"),
    ("hide", "hidden", "mask"),
    ("previous", "past", "earlier", "before"),
    ("future", "later", "next"),
    ("probability", "likely", "likelihood", "probable"),
    ("peek", "see", "look", "attend"),
    ("order", "position", "place"),
    ("generate", "output", "write", "produce"),
    ("repeat", "loop", "again"),
    ("fix", "solve", "remedy"),
    ("goal", "objective"),
    ("step", "update"),
    ("weight", "parameter"),
    ("data", "dataset", "examples"),
    ("own", "custom"),
    ("wise", "per"),
)
"""Plain words that people take for one another. They help to order what was found."""

NUMBERED: tuple[tuple[str, ...], ...] = (
    ("homework", "hw"),
    ("assignment", "asgn"),
    ("problem set", "pset", "ps"),
    ("lecture", "lec"),
    ("chapter", "ch", "chap"),
    ("section", "sec"),
    ("exercise", "ex"),
    ("question", "q"),
    ("week", "wk"),
    ("figure", "fig"),
    ("equation", "eq"),
    ("project", "proj"),
    ("tutorial", "tut"),
    ("problem", "prob"),
    ("quiz", "qz"),
)
"""What stands before a number: "hw2" is "homework 2"."""

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

PRONOUNS = frozenset(
    "it its itself they them their theirs this that these those such former latter".split()
)
"""Words that stand for what an earlier question was about."""
