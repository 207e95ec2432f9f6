"""Words of `dirac`."""

TEXTS: dict[str, tuple[str, str]] = {
    "dirac": ("The Dirac-GAN: which GANs converge?", "디랙 GAN: 어떤 GAN이 수렴하는가?"),
    "dirac_sub": (
        "Data at 0, G at θ, D(x) = ψx. Lines: theory by hand. Marks: the code that trains. {steps} steps of h = {h}.",
        "데이터는 0, G는 θ, D(x) = ψx. 선: 손으로 유도한 이론. 점: 실제 학습 코드. h = {h}로 {steps}스텝.",
    ),
    "theta": ("θ (where G is)", "θ (G의 위치)"),
    "psi": ("ψ (slope of D)", "ψ (D의 기울기)"),
    "alternating": ("alternating updates", "교대 갱신"),
    "simultaneous": ("simultaneous updates", "동시 갱신"),
    "code": ("code", "학습 코드"),
    "hollow": ("hollow: simultaneous", "빈 점: 동시 갱신"),
    "filled": ("filled: alternating", "찬 점: 교대 갱신"),
    "equilibrium": ("equilibrium", "평형점"),
    "no_matrix": ("no slope at 0", "0에서 미분 불가"),
    "undecided": ("undecided", "판정 불가"),
    "dirac_eigenvalues": ("Eigenvalues decide", "고윳값이 수렴을 결정한다"),
    "dirac_eigenvalues_sub": (
        "Real part below 0: converges. On the axis: circles for ever. Theory and code differ by at most {gap:.0e}.",
        "실수부가 음수: 수렴. 허수축 위: 끝없이 돈다. 이론과 학습 코드의 차이는 최대 {gap:.0e}.",
    ),
    "continuous": ("Continuous time: eigenvalues of J", "연속 시간: J의 고윳값"),
    "discrete": ("Steps of h = {h}: spectral radius", "h = {h}인 스텝: 스펙트럼 반지름"),
    "real_part": ("real part", "실수부"),
    "imaginary_part": ("imaginary part", "허수부"),
    "radius_axis": ("spectral radius (below 1: converges)", "스펙트럼 반지름 (1보다 작으면 수렴)"),
    "converges": ("← converges", "← 수렴"),
    "circles": ("on the axis:\ncircles", "축 위:\n순환"),
    "zero": (
        "λ = 0: least squares.\nOne player's slope\nis 0 here; J does\nnot decide",
        "λ = 0: 최소제곱.\n한쪽의 기울기가 0,\nJ만으로는\n판정 불가",
    ),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "dirac": (
        (
            (
                "The Dirac-GAN is one number against one number: the data is the point 0, G makes the point θ, and "
                "D(x) = ψx; (0, 0) is the goal."
            ),
            "Each panel is one loss with one penalty; lines are theory by hand, marks the code that trains, h = {h}.",
            (
                "Without a penalty the eigenvalues of J are ±i/2 or ±i: minimax and Wasserstein circle, and "
                "simultaneous steps spiral outward."
            ),
            (
                "R1 and R2 bring a negative real part, -γ/2 and -γ: the orbits run into the middle; a penalty "
                "towards slope 1 does not do that."
            ),
            "Least squares with eigenvalue 0 is undecided by J alone; theory and code differ by at most {gap}.",
        ),
        (
            (
                "디랙 GAN은 숫자 하나와 숫자 하나의 게임입니다. 데이터는 점 0, G는 점 θ, D(x) = ψx이고 목표는 "
                "(0, 0)입니다."
            ),
            "칸마다 손실 하나와 페널티 하나입니다. 선은 손으로 유도한 이론이고 점은 실제 학습 코드이며 h = {h}입니다.",
            (
                "페널티가 없으면 J의 고윳값이 ±i/2나 ±i입니다. 미니맥스와 바서슈타인은 맴돌고, 동시 갱신에서는 "
                "바깥으로 벗어납니다."
            ),
            (
                "R1과 R2는 실수부를 -γ/2와 -γ로 만들어 궤적을 가운데로 끌어들입니다. 기울기를 1로 맞추는 "
                "페널티는 그렇지 못합니다."
            ),
            "고윳값이 0인 최소제곱은 J만으로 판정할 수 없습니다. 이론과 학습 코드의 차이는 최대 {gap}입니다.",
        ),
    ),
}
