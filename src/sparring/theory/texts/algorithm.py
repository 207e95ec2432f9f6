"""Words of `loop` and `k`."""

TEXTS: dict[str, tuple[str, str]] = {
    # loop
    "loop": ("Counterfeiter and police: one round of Algorithm 1", "위조지폐범과 경찰: 알고리즘 1의 한 라운드"),
    "loop_sub": (
        "Solid arrows: samples and answers. Dashed arrows: the gradient. One player learns while the other is held.",
        "실선 화살표: 표본과 판별 결과. 점선 화살표: 그래디언트. 한쪽이 학습하는 동안 다른 쪽은 고정된다.",
    ),
    "d_moves": ("1. The police learn: k = {k} steps of D", "1. 경찰이 배운다: D를 k = {k}스텝 학습"),
    "g_moves": ("2. The counterfeiter learns: one step of G", "2. 위조지폐범이 배운다: G를 한 스텝 학습"),
    "box_z": ("noise\nz ~ p_z", "노이즈\nz ~ p_z"),
    "box_g": ("G\ncounterfeiter", "G\n위조지폐범"),
    "box_d": ("D\npolice", "D\n경찰"),
    "box_data": ("real notes\nx ~ p_data", "진짜 지폐\nx ~ p_data"),
    "pays_d": ("V: log D(x)\n+ log(1−D(G(z)))\nup", "V: log D(x)\n+ log(1−D(G(z)))\n최대화"),
    "pays_g": ("log(1−D(G(z)))\ndown", "log(1−D(G(z)))\n최소화"),
    "held": ("held", "고정"),
    "changes": ("learns", "학습"),
    "stops": ("no gradient into G", "G로는 흐르지 않음"),
    "into_d": ("gradient into D", "D로 흐르는 그래디언트"),
    "through_d": ("the gradient passes through D, which is held, into G", "그래디언트는 고정된 D를 지나 G로 흐른다"),
    "sawtooth": ("V after every single step, measured", "매 스텝 뒤에 잰 V"),
    "after_d": ("after a step of D", "D의 스텝 뒤"),
    "after_g": ("after a step of G", "G의 스텝 뒤"),
    "moves_in_order": ("steps in order", "스텝 (순서대로)"),
    # k
    "k": ("Why k? Steps of D for one step of G", "k는 왜 필요한가? G 한 스텝당 D의 스텝 수"),
    "k_sub_D": (
        (
            "Mixture of three Gaussians, {n} steps of D in every run. Line: median of {seeds} seeds; band: quartiles; "
            "not smoothed."
        ),
        "가우스 분포 세 개의 혼합, 모든 학습에서 D {n}스텝. 선: 시드 {seeds}개의 중앙값, 띠: 사분위 범위, 평활화 없음.",
    ),
    "k_sub_G": (
        (
            "Mixture of three Gaussians, {n} steps of G in every run. Line: median of {seeds} seeds; band: quartiles; "
            "not smoothed."
        ),
        "가우스 분포 세 개의 혼합, 모든 학습에서 G {n}스텝. 선: 시드 {seeds}개의 중앙값, 띠: 사분위 범위, 평활화 없음.",
    ),
    "per_d": ("By steps of D", "D의 스텝 기준"),
    "per_g": ("By steps of G", "G의 스텝 기준"),
    "d_gap": ("How far D is from optimal", "D가 최적에서 떨어진 정도"),
    "gap_axis": ("2 JSD − log 4 − V (nats)", "2 JSD − log 4 − V (nat)"),
    "jsd_axis": ("JSD(p_data, p_g) (nats)", "JSD(p_data, p_g) (nat)"),
    "why_k": (
        "Why k: D is meant to stay near D* while G moves slowly; at k = {few} it falls {gap_few:.2f} nats short of "
        "the best V, at "
        "k = {many} only {gap_many:.2f}, and the price is that G makes {g_many} steps in the place of {g_few}.",
        "k가 필요한 이유: G가 천천히 움직이는 동안 D가 D* 근처에 머물러야 합니다. k = {few}이면 최적의 V에 "
        "{gap_few:.2f} nat 못 미치고 k = {many}이면 "
        "{gap_many:.2f} nat만 못 미칩니다. 대신 G는 {g_few}스텝이 아니라 {g_many}스텝만 학습합니다.",
    ),
    "why_k_not": (
        "Why k: D is meant to stay near D*; in this run k = {many} did not help: it falls {gap_many:.2f} nats "
        "short of the best V, "
        "k = {few} only {gap_few:.2f}.",
        "k가 필요한 이유: D가 D* 근처에 머물러야 합니다. 이번 학습에서는 k = {many}의 이득이 없었습니다. 최적의 "
        "V에 {gap_many:.2f} nat 못 미치며 "
        "k = {few}은 {gap_few:.2f} nat입니다.",
    ),
    "best_k": (
        "Over the second half, JSD is lowest with k = {best}: {jsd:.3f}.",
        "후반부에서 JSD가 가장 낮은 것은 k = {best}입니다({jsd:.3f}).",
    ),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "loop": (
        (
            (
                "The counterfeiter G makes notes from noise z, the police D tell them from real ones: this is one "
                "round of Algorithm 1."
            ),
            (
                "Left: in D's {k} steps V = E log D(x) + E log(1 - D(G(z))) is pushed up; the gradient goes into D and "
                "stops before G."
            ),
            (
                "Right: in G's step log(1 - D(G(z))) is pushed down; the gradient goes back through D, which is held, "
                "and changes only G."
            ),
            (
                "Below, in a real run, V over the same samples after each step: D raised it in {up} of {ups} steps, G "
                "lowered it in {down} of {downs}."
            ),
            "That is min over G of max over D, one step at a time; in the end no step of either helps and V stays at -log 4.",
        ),
        (
            "위조지폐범 G는 노이즈 z로 지폐를 만들고 경찰 D는 진짜와 가짜를 가려냅니다. 알고리즘 1의 한 라운드입니다.",
            (
                "왼쪽: D의 {k}스텝에서는 V = E log D(x) + E log(1 - D(G(z)))를 키웁니다. 그래디언트는 D로 흐르고 G "
                "앞에서 끊깁니다."
            ),
            "오른쪽: G의 스텝에서는 log(1 - D(G(z)))를 줄입니다. 그래디언트는 고정된 D를 거슬러 지나가 G만 바꿉니다.",
            (
                "아래는 실제 학습에서 같은 표본으로 잰 V입니다. D는 {ups}스텝 중 {up}번 V를 키웠고 G는 {downs}스텝 중 "
                "{down}번 V를 줄였습니다."
            ),
            "이것이 min_G max_D를 한 스텝씩 푸는 방법입니다. 끝에는 누구의 스텝도 소용이 없어지고 V는 -log 4에 머뭅니다.",
        ),
    ),
    "k": (
        (
            (
                "Algorithm 1 lets D make k steps for each step of G; here are three values of k, {seeds} seeds each, "
                "median and quartiles of raw values."
            ),
            "Left: JSD(p_data, p_g) by steps of D, which is about the time spent; middle: the same runs by steps of G.",
            "Right: how far V falls short of max over D of V = 2 JSD - log 4; it is 0 if D is optimal, as theorem 1 assumes.",
            "{why}",
            "With D near its best, G descends something near JSD; with a D that lags behind, G follows an outdated answer.",
        ),
        (
            (
                "알고리즘 1에서 D는 G 한 스텝마다 k스텝을 학습합니다. k 값 세 가지를 시드 {seeds}개씩 학습하여 원래 "
                "값의 중앙값과 사분위 범위를 그렸습니다."
            ),
            (
                "왼쪽: D의 스텝 수, 곧 대략 걸린 시간에 따른 JSD(p_data, p_g)입니다. 가운데: 같은 학습을 G의 스텝 수로 "
                "본 것입니다."
            ),
            "오른쪽: V가 max_D V = 2 JSD - log 4에 못 미치는 정도입니다. 정리 1의 가정대로 D가 최적이면 0입니다.",
            "{why}",
            "D가 최적에 가까우면 G는 JSD와 비슷한 것을 줄이게 되고, D가 뒤처지면 이미 낡은 판단을 따라가게 됩니다.",
        ),
    ),
}
