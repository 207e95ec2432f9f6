"""Words of `cyclegan`."""

TEXTS: dict[str, tuple[str, str]] = {
    "cyclegan": ("CycleGAN: two translators, two discriminators", "CycleGAN: 생성자 둘, 판별자 둘"),
    "cyclegan_sub": (
        "Unpaired points in the plane, where the right translation T is known; numbers and colours follow each kind of x.",
        "짝이 없는 평면 위의 점들이지만 올바른 변환 T를 안다. 번호와 색은 x의 종류를 나타낸다.",
    ),
    "box_x": ("domain X", "도메인 X"),
    "box_y": ("domain Y", "도메인 Y"),
    "judges_y": ("real y, or G(x)?", "진짜 y인가, G(x)인가?"),
    "judges_x": ("real x, or F(y)?", "진짜 x인가, F(y)인가?"),
    "cycle_x": ("x → G(x) → F(G(x)) ≈ x", "x → G(x) → F(G(x)) ≈ x"),
    "cycle_y": ("y → F(y) → G(F(y)) ≈ y", "y → F(y) → G(F(y)) ≈ y"),
    "column_found": ("λ = 1", "λ = 1"),
    "column_control": ("λ = 10, identity 5", "λ = 10, 항등 5"),
    "paid_adversarial_xy": ("adversarial loss of G, −log D_Y", "G의 적대적 손실 −log D_Y"),
    "paid_adversarial_yx": ("adversarial loss of F, −log D_X", "F의 적대적 손실 −log D_X"),
    "paid_cycle": ("λ · cycle consistency (L1)", "λ · 순환 일관성 (L1)"),
    "paid_identity": ("5 · identity (L1)", "5 · 항등 손실 (L1)"),
    "right_kind": ("right kind of y", "올바른 종류의 y"),
    "fresh_eye": ("a new classifier is right (guessing: 50 %)", "새 분류기의 정답률 (무작위: 50 %)"),
    "domain_x": ("Domain X", "도메인 X"),
    "truth": ("Right: T(x), domain Y", "정답: T(x), 도메인 Y"),
    "g_found": ("G(x), λ = 1", "G(x), λ = 1"),
    "g_control": ("Control: G(x), λ = 10", "대조군: G(x), λ = 10"),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cyclegan": (
        (
            (
                "G: X -> Y and F: Y -> X translate, D_Y and D_X judge: an adversarial loss each way, L_GAN(G, D_Y) + "
                "L_GAN(F, D_X)."
            ),
            "Cycle consistency, L_cyc = E|F(G(x)) - x| + E|G(F(y)) - y|, asks that both ways undo each other; the "
            "sum of all, with weight "
            "λ on the cycle, is the full objective.",
            (
                "With λ = 1 {right:.0f} % of the points become the right kind of y, though no pair was ever "
                "shown, and the cycle error is {cycle:.3f}."
            ),
            "Control: with λ = 10 and identity 5 the cycle closes even better ({closed:.5f}), but only "
            "{wrong:.0f} % are right: G does nothing at all, and "
            "F undoes nothing.",
            (
                "A closed cycle therefore proves nothing; the distributions tell: a new classifier finds {told:.0f} % "
                "of the control's fakes out."
            ),
        ),
        (
            (
                "G: X -> Y와 F: Y -> X가 변환하고 D_Y와 D_X가 판별합니다. 적대적 손실이 양방향으로 하나씩, L_GAN(G, "
                "D_Y) + L_GAN(F, D_X)입니다."
            ),
            "순환 일관성 L_cyc = E|F(G(x)) - x| + E|G(F(y)) - y|는 갔다가 돌아오면 원래대로일 것을 요구합니다. "
            "여기에 가중치 λ를 곱해 모두 더한 것이 "
            "전체 목적 함수입니다.",
            (
                "λ = 1이면 짝을 한 번도 보지 않고도 점의 {right:.0f} %가 올바른 종류의 y로 변환되고, 순환 오차는 "
                "{cycle:.3f}입니다."
            ),
            "대조군: λ = 10, 항등 5이면 순환은 더 잘 닫히지만({closed:.5f}) {wrong:.0f} %만 올바릅니다. G가 "
            "아무것도 바꾸지 않으니 "
            "F도 되돌릴 것이 없습니다.",
            (
                "따라서 순환이 닫혔다는 것만으로는 아무것도 증명되지 않습니다. 분포를 보아야 합니다. 새 분류기는 "
                "대조군의 진짜와 가짜를 {told:.0f} % 맞힙니다."
            ),
        ),
    ),
}
