"""Words of `divergence` and `proposition2`."""

TEXTS: dict[str, tuple[str, str]] = {
    # divergence
    "divergence": ("What G minimises when D is optimal", "판별자가 최적일 때 생성자가 최소화하는 것"),
    "divergence_sub": (
        "Data N(0, 1), generator N(μ, 1): p_g slides away from p_data.",
        "데이터 N(0, 1), 생성자 N(μ, 1): p_g가 p_data에서 점점 멀어진다.",
    ),
    "distance": ("distance μ between the means (standard deviations)", "두 평균 사이의 거리 μ (표준편차 단위)"),
    "divergences": ("The divergence", "다이버전스의 크기"),
    "divergence_axis": ("divergence (nats; W1 in units of x)", "다이버전스 (nat, W1은 x의 단위)"),
    "slopes_at_best": ("The gradient that pulls p_g back", "p_g를 되돌리는 그래디언트"),
    "slope_axis": ("|dL/dμ| at the optimal D", "최적 판별자에서 |dL/dμ|"),
    "jsd2": ("2 JSD(p_data, p_g): minimax", "2 JSD(p_data, p_g): 미니맥스"),
    "kl_minus": ("KL(p_g‖p_data) − 2 JSD: non-saturating", "KL(p_g‖p_data) − 2 JSD: 비포화"),
    "w1": ("W1(p_data, p_g): Wasserstein", "W1(p_data, p_g): 바서슈타인"),
    "chi2": ("½ χ²(p_data + p_g ‖ 2 p_g): least squares −1, 1, 0", "½ χ²(p_data + p_g ‖ 2 p_g): 최소제곱 −1, 1, 0"),
    "tv2": ("2 TV(p_data, p_g): hinge *", "2 TV(p_data, p_g): 힌지 *"),
    "hinge_note": (
        (
            "* The hinge's optimal D is a step: backpropagation through it gives 0 almost everywhere; drawn is the "
            "slope of its expectation."
        ),
        "* 힌지의 최적 D는 계단 함수여서 역전파하면 거의 모든 곳에서 0이다. 여기 그린 것은 기댓값의 기울기이다.",
    ),
    "peak": ("strongest at μ = {at:.1f}", "μ = {at:.1f}에서 최대"),
    "dies": ("dies: {slope:.4f}\nat μ = {at:.0f}", "소실: μ = {at:.0f}에서\n{slope:.4f}"),
    # proposition2
    "proposition2": (
        "With an optimal D, G always gets there",
        "판별자가 늘 최적이면 생성자는 반드시 데이터 분포에 도달한다",
    ),
    "proposition2_sub": (
        "Proposition 2: descent of 2 JSD over the density p_g itself. There are no networks, so nothing can go wrong.",
        "명제 2: 밀도 p_g 자체를 움직여 2 JSD를 줄인다. 신경망이 없으므로 학습이 실패할 여지가 없다.",
    ),
    "densities_on_the_way": ("p_g on its way", "p_g가 움직이는 과정"),
    "v_falls": ("V falls, never rises", "V는 줄기만 하고 늘지 않는다"),
    "above_log4": ("V + log 4 (nats)", "V + log 4 (nat)"),
    "rounds_of_descent": ("steps of descent", "경사 하강 단계 수"),
    "at_start": ("p_g at the start", "p_g: 시작 (0단계)"),
    "after": ("p_g after {n} steps", "p_g: {n}단계 후"),
    "share_of_bin": ("probability of a bin", "구간의 확률"),
    "threshold": ("10⁻⁶: what the tests ask for", "10⁻⁶: 테스트의 합격 기준"),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "divergence": (
        (
            (
                "If D is optimal, G's loss is a divergence of p_data and p_g: for minimax C(G) = 2 JSD(p_data, p_g) - "
                "log 4, theorem 1."
            ),
            "Left: 2 JSD stops growing at log 4 once the two hardly overlap, while KL and W1 go on growing.",
            (
                "Right: so its gradient is strongest at μ = {peak:.1f} and at μ = 8 only {end:.4f} is left of it: it "
                "vanishes when G is bad."
            ),
            (
                "The non-saturating loss follows KL(p_g||p_data) - 2 JSD, and at μ = 8 its gradient is {ns:.1f}; the "
                "Wasserstein one is 1 everywhere."
            ),
            (
                "All curves are the losses that train, integrated at their optimal D; chi-squared compares p_data + "
                "p_g with 2 p_g."
            ),
        ),
        (
            (
                "D가 최적이면 G의 손실은 p_data와 p_g 사이의 다이버전스입니다. 미니맥스에서는 C(G) = 2 JSD(p_data, "
                "p_g) - log 4, 곧 정리 1입니다."
            ),
            "왼쪽: 두 분포가 거의 겹치지 않으면 2 JSD는 log 4에서 더 커지지 않지만 KL과 W1은 계속 커집니다.",
            (
                "오른쪽: 그래서 그 그래디언트는 μ = {peak:.1f}에서 가장 크고 μ = 8에서는 {end:.4f}만 남습니다. G가 "
                "나쁠수록 사라지는 셈입니다."
            ),
            (
                "비포화 손실은 KL(p_g||p_data) - 2 JSD를 따르며 μ = 8에서 그래디언트가 {ns:.1f}입니다. 바서슈타인 "
                "손실은 어디서나 1입니다."
            ),
            "모든 곡선은 실제로 학습하는 손실을 최적 D에서 적분한 것입니다. 카이제곱은 p_data + p_g와 2 p_g를 비교합니다.",
        ),
    ),
    "proposition2": (
        (
            "Proposition 2: if D is optimal at every step and p_g itself may move, p_g comes to p_data.",
            "Left: p_g begins as one hill on the left and turns into the two hills of p_data, dotted.",
            (
                "Right: V + log 4 = 2 JSD falls from {start:.2f} to {end:.0e} in {steps} steps and never rises, "
                "because 2 JSD is convex in p_g."
            ),
            "The line at 10^-6 is what the tests ask for; nothing is random here.",
            (
                "Networks do not move p_g freely, D is not optimal, and steps are finite: that is where real training "
                "departs from it."
            ),
        ),
        (
            "명제 2: 매 단계 D가 최적이고 p_g 자체를 움직일 수 있으면 p_g는 p_data로 수렴합니다.",
            "왼쪽: p_g는 왼쪽의 봉우리 하나에서 시작하여 점선으로 그린 p_data의 두 봉우리로 바뀝니다.",
            (
                "오른쪽: 2 JSD가 p_g에 대해 볼록하므로 V + log 4 = 2 JSD는 {steps}단계 동안 {start:.2f}에서 "
                "{end:.0e}까지 줄기만 합니다."
            ),
            "10^-6의 선은 테스트의 합격 기준이며, 이 그림에는 무작위 요소가 없습니다.",
            (
                "실제 학습에서는 신경망이 p_g를 자유롭게 움직이지 못하고 D도 최적이 아니며 스텝도 유한합니다. 바로 "
                "거기서 차이가 생깁니다."
            ),
        ),
    ),
}
