"""Of the help of the theory figures, and of what they refuse."""

TEXTS = {
    # figures
    "Draw every figure and write one page, index.html, with all of them and what they say.": (
        "모든 그림을 그리고, 그림과 설명을 모은 페이지 index.html을 만듭니다."
    ),
    (
        "V(D, G) = E log D(x) + E log(1 - D(G(z))), term by term: the sigmoid, both logarithms, and where D is best."
    ): "V(D, G) = E log D(x) + E log(1 - D(G(z)))를 항별로: 시그모이드, 두 로그, D가 최적인 곳.",
    "Figure 1 of the 2014 paper, run: p_data, p_g, D, the optimal D, and arrows from z to x.": (
        "실제로 학습해 그린 2014년 논문의 그림 1: p_data, p_g, D, 최적의 D, z에서 x로 가는 화살표."
    ),
    (
        "The minimax game with k = 5. G starts as z -> 0.6 z + 2, away from the data. D trains alone for ``alone`` steps "
        "until it is near D*; then both play, alternately, until ``steps`` steps of G. Moment (c) is where JSD first falls "
        "below half of its start."
    ): (
        "k = 5인 최소-최대 게임. G는 데이터에서 떨어진 z -> 0.6 z + 2에서 시작합니다. D가 D*에 가까워질 때까지 ``alone`` "
        "스텝 동안 혼자 학습하고, 그다음 G가 ``steps`` 스텝을 마칠 때까지 둘이 번갈아 학습합니다. (c)는 JSD가 처음으로 "
        "시작값의 절반 아래로 떨어지는 순간입니다."
    ),
    "Algorithm 1: k steps of D, then one of G; which way the gradient goes in each, and what V does.": (
        "알고리즘 1: D를 k 스텝, 이어서 G를 한 스텝. 각 스텝에서 그래디언트의 방향과 V의 변화."
    ),
    (
        "Below the drawing a real run of the minimax game: V over the same samples after every single step. D's steps raise "
        "it, G's lower it, and each changes its own weights only."
    ): (
        "그 아래는 최소-최대 게임을 실제로 학습한 결과로, 매 스텝 뒤 같은 표본에서 잰 V입니다. D의 스텝은 V를 올리고 G의 "
        "스텝은 내리며, 각자 자기 가중치만 바꿉니다."
    ),
    "G's two losses of 2014: log(1 - D) and -log D, their slopes in D and in D's logit, and what reaches G.": (
        "2014년 논문에 나온 G의 두 손실 log(1 - D)와 -log D: D와 D의 로짓에 대한 기울기, 그리고 G에 전달되는 양."
    ),
    (
        "A D is trained alone, G held six deviations off the data, and at each look both losses are asked for their gradient "
        "with respect to G's weights: the saturating one vanishes as D nears the optimum."
    ): (
        "G를 데이터에서 표준편차의 6배만큼 떨어진 곳에 고정하고 D만 학습하면서, G의 가중치에 대한 두 손실의 그래디언트를 "
        "잽니다. D가 최적에 가까워지면 포화하는 손실의 그래디언트가 사라집니다."
    ),
    "Algorithm 1 with k = 1, 2, 5, ... steps of D for one of G, on a mixture of three Gaussians.": (
        "G 한 스텝당 D를 k = 1, 2, 5, ... 스텝 학습하는 알고리즘 1, 가우시안 세 개의 혼합 분포에서."
    ),
    "Data N(0, 1), model N(mu, 1): the divergence behind every objective, and the gradient that G gets from it.": (
        "데이터 N(0, 1), 모델 N(mu, 1): 각 목적 함수에 해당하는 발산과 거기서 G가 받는 그래디언트."
    ),
    (
        "Both come from the shipping losses, integrated at the optimal D. The saturating gradient is strongest near mu = 1.6 "
        "and then dies; the non-saturating one grows like mu; the Wasserstein one is 1 everywhere."
    ): (
        "둘 다 이 패키지의 손실을 최적의 D에서 적분한 것입니다. 포화하는 손실의 그래디언트는 mu = 1.6 근처에서 가장 크다가 "
        "사라지고, 포화하지 않는 손실은 mu처럼 커지며, Wasserstein 손실은 어디서나 1입니다."
    ),
    "Descent of 2 JSD in function space: V falls monotonically to -log 4.": (
        "함수 공간에서 2 JSD의 경사 하강: V가 -log 4까지 단조롭게 감소합니다."
    ),
    "Two generators of one number, one fed with uniform z and one with normal z, learn one density.": (
        "수 하나를 만드는 두 생성자가, 하나는 균등분포 z로, 하나는 정규분포 z로, 같은 밀도를 학습합니다."
    ),
    "The same GAN on a ring of 8 without a penalty, with R1, and with R1 and R2, from the same weights and data.": (
        "고리 모양의 모드 8개에서 같은 가중치와 데이터로 시작한 GAN: 페널티 없음, R1, R1과 R2."
    ),
    (
        "Momentum of .9, Adam's default, makes G overshoot: it runs after the one place that D has not yet learnt to refuse, "
        "D follows, and G jumps on. A zero-centred penalty keeps D from becoming steep there. Of the first three seeds two are "
        "still collapsed at the end without a penalty and none with R1; as the rates fall, the chase can end by itself."
    ): (
        "Adam의 기본값인 모멘텀 .9는 G를 지나치게 움직이게 합니다. G는 D가 아직 거르지 못하는 한 곳으로 몰려가고, D가 "
        "따라오면 다시 옮겨 갑니다. 0을 중심으로 한 페널티는 D가 그곳에서 가팔라지지 않게 합니다. 처음 세 시드 중 페널티가 "
        "없으면 둘이 끝까지 붕괴해 있고 R1을 쓰면 하나도 없습니다. 학습률이 줄면 이 추격이 저절로 끝나기도 합니다."
    ),
    "Train on a ring of 8 or a grid of 25 modes and measure what is covered, beside the same without a penalty.": (
        "고리의 모드 8개나 격자의 모드 25개에서 학습해 몇 개를 찾았는지 재고, 페널티가 없는 경우와 비교합니다."
    ),
    "Every loss, penalty and order of updates on the Dirac-GAN: one number against one number.": (
        "Dirac-GAN(수 하나 대 수 하나)에서 본 모든 손실, 페널티, 갱신 순서."
    ),
    "CycleGAN in the plane, where the right translation T is known: two adversarial losses and a cycle each way.": (
        "올바른 변환 T를 아는 평면에서의 CycleGAN: 적대적 손실 두 개와 양방향의 순환."
    ),
    (
        "With a small weight of the cycle T is found. In the control, weights as published for photographs (cycle 10, identity "
        "5) close the cycle perfectly around a map that is wrong."
    ): (
        "순환 손실의 가중치가 작으면 T를 찾습니다. 대조군에서는 사진에 쓰도록 발표된 가중치(순환 10, 항등 5)가 틀린 사상을 "
        "두고 순환을 완벽하게 닫습니다."
    ),
    # flags
    "Folder for the pictures and the page.": "그림과 페이지를 저장할 폴더.",
    "Folder for ``value.png``.": "``value.png``를 저장할 폴더.",
    "Folder for ``figure1.png`` and ``figure1.gif``.": "``figure1.png``와 ``figure1.gif``를 저장할 폴더.",
    "Folder for ``loop.png``.": "``loop.png``를 저장할 폴더.",
    "Folder for ``gradients.png``.": "``gradients.png``를 저장할 폴더.",
    "Folder for ``k.png``.": "``k.png``를 저장할 폴더.",
    "Folder for ``divergence.png``.": "``divergence.png``를 저장할 폴더.",
    "Folder for ``proposition2.png`` and ``proposition2.gif``.": (
        "``proposition2.png``와 ``proposition2.gif``를 저장할 폴더."
    ),
    "Folder for ``prior.png``.": "``prior.png``를 저장할 폴더.",
    "Folder for ``collapse.png``.": "``collapse.png``를 저장할 폴더.",
    "Folder for ``modes.png`` and ``modes.gif``.": "``modes.png``와 ``modes.gif``를 저장할 폴더.",
    "Folder for ``dirac.png`` and ``dirac-eigenvalues.png``.": (
        "``dirac.png``와 ``dirac-eigenvalues.png``를 저장할 폴더."
    ),
    "Folder for ``cyclegan.png``.": "``cyclegan.png``를 저장할 폴더.",
    "Seed of the networks, the data and the noise.": "네트워크, 데이터, 노이즈의 시드.",
    "Seed of the networks and the data.": "네트워크와 데이터의 시드.",
    "The first of the seeds.": "첫 시드.",
    "Runs for each k; the median is drawn and, as a band, the quartiles. Nothing is smoothed.": (
        "k마다 학습하는 횟수. 중앙값을 그리고 사분위 범위를 띠로 표시합니다. 평활화는 하지 않습니다."
    ),
    "Steps of D for one of G.": "G 한 스텝당 D의 스텝 수.",
    "Steps of D for one of G, the paper's k.": "G 한 스텝당 D의 스텝 수(논문의 k).",
    "Steps of D before the first of G.": "G의 첫 스텝 전 D의 스텝 수.",
    "Steps of D.": "D의 스텝 수.",
    "Steps of G.": "G의 스텝 수.",
    "Steps of G; by default 2,500 on the ring and 8,000 on the grid.": (
        "G의 스텝 수. 기본값은 고리에서 2,500, 격자에서 8,000."
    ),
    "Steps of both players; the control, which stands still soon, takes half as many.": (
        "두 네트워크의 스텝 수. 곧 멈추는 대조군은 그 절반만 학습합니다."
    ),
    "What all runs have the same number of: steps of D, which is about equal time, or steps of G.": (
        "모든 학습에서 같게 할 횟수: D의 스텝(시간이 거의 같음) 또는 G의 스텝."
    ),
    "Number of these steps.": "그 스텝의 수.",
    "Number of rounds that are drawn.": "그릴 라운드 수.",
    "Any of `LOSSES` that gives probabilities.": "확률을 내는 손실(`LOSSES` 중 하나).",
    "Any of `LOSSES`; by default nonsaturating on the ring and relativistic on the grid.": (
        "`LOSSES` 중 하나. 기본값은 고리에서 nonsaturating, 격자에서 relativistic."
    ),
    "none, r1, r2 or r1+r2; by default r1 on the ring and r1+r2 on the grid.": (
        "none, r1, r2, r1+r2 중 하나. 기본값은 고리에서 r1, 격자에서 r1+r2."
    ),
    "ring or grid.": "고리(ring) 또는 격자(grid).",
    "Columns of the picture, names from `LOSSES`.": "그림의 열. `LOSSES`에 있는 이름.",
    "Weight of R1 and R2; the gradient penalty has weight 1.": "R1과 R2의 가중치. 그래디언트 페널티의 가중치는 1입니다.",
    "Size of a step of both players.": "두 참가자의 스텝 크기.",
    "Rounds.": "라운드 수.",
    "Steps of descent.": "경사 하강의 스텝 수.",
    "Size of a step, at most 1 for a descent that never rises.": "스텝의 크기. 1 이하이면 V가 커지는 일이 없습니다.",
    # what is refused
    "ks are {ks}, seeds {seeds}, equal {equal!r}; every k is 1 to {moves}, equal is D or G": (
        "ks 값 {ks}, seeds 값 {seeds}, equal 값 {equal!r}: 모든 k는 1에서 {moves} 사이여야 하고, seeds는 1 이상, "
        "equal은 D 또는 G여야 합니다"
    ),
    "loss is {loss!r}; V is reported under minimax and nonsaturating": (
        "loss 값 {loss!r}은(는) 쓸 수 없습니다. V는 minimax와 nonsaturating에서만 구합니다"
    ),
    "world is {world!r}; modes are counted in {known}": (
        "world 값 {world!r}은(는) 쓸 수 없습니다. 모드를 셀 수 있는 것: {known}"
    ),
    "rate is {rate} and steps {steps}; rate is in (0, 1] and steps at least {least}": (
        "rate 값 {rate}, steps 값 {steps}: rate는 0보다 크고 1 이하, steps는 {least} 이상이어야 합니다"
    ),
    "k is {k} and rounds {rounds}; both are 1 or more": "k 값 {k}, rounds 값 {rounds}: 둘 다 1 이상이어야 합니다",
    "losses are {losses}; known are {known}": "losses 값 {losses}은(는) 쓸 수 없습니다. 쓸 수 있는 손실: {known}",
    "loss is {loss!r}; known are {known}": "loss 값 {loss!r}은(는) 쓸 수 없습니다. 쓸 수 있는 손실: {known}",
    "penalty is {penalty!r}; known are {known}": "penalty 값 {penalty!r}은(는) 쓸 수 없습니다. 쓸 수 있는 페널티: {known}",
}
