"""Words of `value`, `figure1` and `gradients`."""

TEXTS: dict[str, tuple[str, str]] = {
    # value
    "value": ("The value function, term by term", "가치 함수 V(D, G), 항별로 보기"),
    "value_sub": (
        "One number, two players: D pulls V up, G pulls it down.",
        "값은 하나, 참가자는 둘: 판별자 D는 V를 키우고 생성자 G는 V를 줄인다.",
    ),
    "wants_real": (
        "real x: D wants it up (D(x) → 1)\nG has no say: x does not come from G",
        "진짜 x: D는 이 항을 키운다 (D(x) → 1)\nG는 관여하지 못한다: x는 G와 무관",
    ),
    "wants_fake": (
        "fake G(z): D wants it up (D(G(z)) → 0)\nG wants it down (D(G(z)) → 1)",
        "가짜 G(z): D는 이 항을 키운다 (D(G(z)) → 0)\nG는 이 항을 줄인다 (D(G(z)) → 1)",
    ),
    "sigmoid": ("The sigmoid", "시그모이드"),
    "logit_axis": ("logit b, D's raw output", "로짓 b (D의 출력층 값)"),
    "two_logs": ("The two logarithms", "두 로그 항"),
    "d_wants": (
        "D wants both up;\nG wants the green one down",
        "D는 두 항 모두 크게,\nG는 초록 항을 작게",
    ),
    "value_nats": ("value (nats)", "값 (nat)"),
    "one_point": ("At one x: the best D", "한 점 x에서: 최적의 D"),
    "data_share": ("p_data : p_g =", "p_data : p_g ="),
    # figure1
    "figure1": ("The two-player game, step by step", "2인 게임, 한 단계씩"),
    "figure1_sub": (
        "A real run of the minimax game (k = 5) on one Gaussian; arrows show where G sends evenly spread z.",
        "가우스 분포 하나로 미니맥스 게임(k = 5)을 실제로 학습했다. 화살표는 생성자가 z를 x의 어디로 보내는지 보여 준다.",
    ),
    "moment_a": ("(a) start", "(a) 시작"),
    "moment_b": ("(b) D trained, G held", "(b) G 고정, D 학습"),
    "moment_c": ("(c) G follows D's slope", "(c) G가 D의 기울기를 따름"),
    "moment_d": ("(d) end: D ≈ 1/2", "(d) 끝: D ≈ 1/2"),
    "x_and_z": ("x and z (standard deviations)", "x와 z (표준편차 단위)"),
    "rounds": (
        "steps of D (grey: G is held; after that a logarithmic axis)",
        "D의 스텝 수 (회색 구간: G 고정, 그 뒤는 로그 축)",
    ),
    "v_reported": ("V with the current D", "현재 D로 계산한 V"),
    "v_exact": ("2 JSD(p_data, p_g) − log 4", "2 JSD(p_data, p_g) − log 4"),
    "frame": (
        "step {n} of D: V = {v:.3f}, 2 JSD − log 4 = {exact:.3f}",
        "D {n}스텝: V = {v:.3f}, 2 JSD − log 4 = {exact:.3f}",
    ),
    # gradients
    "gradients": ("Why G does not minimise log(1 − D)", "생성자가 log(1 − D)를 최소화하지 않는 이유"),
    "gradients_sub": (
        "Where D is sure of a fake (grey), the saturating loss is flat and the non-saturating one is steep.",
        "판별자가 가짜라고 확신하는 곳(회색)에서 포화 손실은 평평하고 비포화 손실은 가파르다.",
    ),
    "saturating": ("saturating: log(1 − D)", "포화: log(1 − D)"),
    "nonsaturating_log": ("non-saturating: −log D", "비포화: −log D"),
    "loss_curves": ("G's loss", "생성자의 손실"),
    "slope_in_d": ("Its slope in D: infinite at D = 0", "D에 대한 기울기: D = 0에서 무한대"),
    "slope_curves": ("Its slope in the logit b, D = σ(b)", "로짓 b에 대한 기울기, D = σ(b)"),
    "reaching_g": ("What reaches G while D learns", "D가 학습하는 동안 G에 전달되는 그래디언트"),
    "d_of_fake": ("D(G(z))", "D(G(z))"),
    "loss_nats": ("loss (nats)", "손실 (nat)"),
    "slope_size_d": ("|dL/dD|", "|dL/dD|"),
    "slope_size": ("|dL/db|", "|dL/db|"),
    "factor": ("dL/db = dL/dD · D(1 − D): the sigmoid's factor", "dL/db = dL/dD · D(1 − D): 시그모이드의 인수"),
    "gradient_norm": ("norm of G's gradient", "G의 그래디언트 노름"),
    "d_alone": ("steps of D alone (G held)", "D만 학습한 스텝 수 (G 고정)"),
    "sure_fake": ("D is sure: fake", "D가 가짜라고 확신"),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "value": (
        (
            (
                "The formula is V(D, G) = E_{{x~p_data}}[log D(x)] + E_{{z~p_z}}[log(1 - D(G(z)))], and min over G of "
                "max over D is the game."
            ),
            "Left: D's last layer gives a logit b, any number, and the sigmoid D = 1/(1 + e^-b) makes a probability of it.",
            (
                "Middle: log D(x) is 0 where D says 'real' and falls without end where it says 'fake'; log(1 - "
                "D(G(z))) is its mirror image."
            ),
            "D wants both terms up; G is in the second term only and wants it down, that is, D(G(z)) near 1.",
            "Right: at one x the sum of both is highest at D* = p_data/(p_data + p_g), which is proposition 1 of the paper.",
        ),
        (
            "식은 V(D, G) = E_{{x~p_data}}[log D(x)] + E_{{z~p_z}}[log(1 - D(G(z)))]이고, 게임은 min_G max_D V(D, G)입니다.",
            (
                "왼쪽: D의 마지막 층은 임의의 실수인 로짓 b를 내고, 시그모이드 D = 1/(1 + e^-b)가 이를 0과 1 사이의 "
                "확률로 바꿉니다."
            ),
            (
                "가운데: log D(x)는 D가 '진짜'라고 하면 0이고 '가짜'라고 할수록 끝없이 작아집니다. log(1 - D(G(z)))는 "
                "그 거울상입니다."
            ),
            "D는 두 항을 모두 키우려 합니다. G는 둘째 항에만 들어 있고 그 항을 줄이려, 곧 D(G(z))를 1에 가깝게 하려 합니다.",
            "오른쪽: 한 점 x에서 두 항의 합은 D* = p_data/(p_data + p_g)에서 가장 큽니다. 논문의 명제 1입니다.",
        ),
    ),
    "figure1": (
        (
            (
                "The four panels are figure 1 of the 2014 paper, run: black dots p_data, green p_g, blue dashes D; in "
                "the paper they are drawn by hand."
            ),
            (
                "From (a) to (b) D learns alone and comes to D* = p_data/(p_data + p_g), orange; D is drawn only where "
                "there is data or a sample."
            ),
            (
                "In (c) G moves where D rises, and the arrows z -> x shift with it; JSD(p_data, p_g) falls from "
                "{start:.3f} to {end:.4f} nats."
            ),
            (
                "In (d) p_g lies on p_data and D is between {low:.2f} and {high:.2f} wherever there is data: it can "
                "only guess, D = 1/2."
            ),
            (
                "Below: the V of the D at hand comes near 2 JSD - log 4 while D learns alone, and both end near -log 4 "
                "= -1.386 (here {v:.3f}): theorem 1."
            ),
        ),
        (
            (
                "네 그림은 2014년 논문의 그림 1을 실제로 학습한 것입니다. 검은 점선이 p_data, 초록 실선이 p_g, 파란 "
                "파선이 D입니다."
            ),
            (
                "(a)에서 (b)까지는 D만 학습하여 주황색 D* = p_data/(p_data + p_g)에 다가갑니다. D는 데이터나 표본이 "
                "있는 곳에만 그렸습니다."
            ),
            (
                "(c)에서 G는 D가 커지는 쪽으로 움직이고 화살표 z -> x도 함께 옮겨 갑니다. JSD(p_data, p_g)는 "
                "{start:.3f}에서 {end:.4f} nat으로 줄어듭니다."
            ),
            (
                "(d)에서 p_g는 p_data와 겹치고, 데이터가 있는 모든 곳에서 D는 {low:.2f}에서 {high:.2f} 사이입니다. D = "
                "1/2, 무작위로 추측하는 것과 같습니다."
            ),
            (
                "아래: 현재 D로 계산한 V는 D만 학습할 때 2 JSD - log 4에 다가가고, 끝에는 둘 다 -log 4 = -1.386 "
                "근처입니다(여기서는 {v:.3f}). 정리 1입니다."
            ),
        ),
    ),
    "gradients": (
        (
            (
                "G can minimise log(1 - D(G(z))) or, instead, -log D(G(z)): both want D(G(z)) up, and the fixed point "
                "is the same."
            ),
            (
                "Slope in D itself: 1/(1 - D) against 1/D, so where D is near 0 the new loss has an infinite slope and "
                "the old one only 1."
            ),
            (
                "The sigmoid takes a factor D(1 - D) off both, so in the logit b the slopes are D and 1 - D: 0 against "
                "1, not infinite."
            ),
            "That 0 is the trouble: early in training D is sure of the fakes, D(G(z)) = 0, and log(1 - D) saturates.",
            (
                "In a network, after {steps} steps of D alone, G's gradient has a norm of {weak:.1g} with log(1 - D) "
                "and of {strong:.2g} with -log D."
            ),
        ),
        (
            (
                "G는 log(1 - D(G(z)))를 최소화하는 대신 -log D(G(z))를 최소화할 수 있습니다. 둘 다 D(G(z))를 키우려 "
                "하며 고정점도 같습니다."
            ),
            "D에 대한 기울기는 1/(1 - D)와 1/D입니다. D가 0에 가까울 때 새 손실은 기울기가 무한대이고 원래 손실은 1뿐입니다.",
            (
                "시그모이드를 지나며 둘 다 D(1 - D)가 곱해지므로 로짓 b에 대한 기울기는 D와 1 - D입니다. 무한대가 "
                "아니라 0과 1의 차이입니다."
            ),
            "문제는 이 0입니다. 학습 초기에는 D가 가짜를 확신하여 D(G(z)) = 0이고 log(1 - D)는 포화됩니다.",
            (
                "실제 신경망에서 D만 {steps}스텝 학습한 뒤 G의 그래디언트 노름은 log(1 - D)일 때 {weak:.1g}, -log D일 "
                "때 {strong:.2g}입니다."
            ),
        ),
    ),
}
