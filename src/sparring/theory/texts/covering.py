"""Words of `prior`, `collapse` and `modes`."""

TEXTS: dict[str, tuple[str, str]] = {
    # prior
    "prior": ("From noise z to images x", "노이즈 z에서 이미지 x로"),
    "prior_sub": (
        "G turns the density p_z into p_g; whether z is uniform or normal, p_g can come to p_data.",
        "G는 밀도 p_z를 p_g로 바꾼다. z가 균등 분포이든 정규 분포이든 p_g는 p_data에 이를 수 있다.",
    ),
    "common_and_rare": ("p_data: common and rare images", "p_data: 흔한 이미지와 드문 이미지"),
    "x_images": ("x (one axis for all images)", "x (모든 이미지를 한 축에 나타냄)"),
    "rare_words": ("high: common\nlow: rare", "높은 곳: 흔한 이미지\n낮은 곳: 드문 이미지"),
    "noise_density": ("p_z: the noise", "p_z: 노이즈의 분포"),
    "where_g_sends": ("G: where each z goes", "G: z를 보내는 곳"),
    "what_comes_out": ("p_g: what comes out", "p_g: 생성된 분포"),
    "density": ("density", "밀도"),
    "g_of_z": ("x = G(z)", "x = G(z)"),
    "z_uniform": ("z uniform, U(−√3, √3)", "z: 균등 분포 U(−√3, √3)"),
    "z_normal": ("z normal N(0, 1)", "z: 정규 분포 N(0, 1)"),
    "learnt": ("learnt, {name}", "학습된 G, {name}"),
    "exact_map": ("exact map", "정확한 사상"),
    "made_from": ("p_g, {name}: JSD {jsd:.4f}", "p_g, {name}: JSD {jsd:.4f}"),
    # collapse
    "collapse": ("Mode collapse and its cure", "모드 붕괴와 그 해법"),
    "collapse_sub": (
        "Ring of 8; same networks, data and {steps} steps. Only the penalty on D's gradient differs. Grey: data, green: G.",
        "모드 8개의 고리. 신경망, 데이터, {steps}스텝이 모두 같고 D의 그래디언트 페널티만 다르다. 회색: 데이터, 초록: G.",
    ),
    "modes_held": ("Modes held (of 8)", "찾은 모드 수 (8개 중)"),
    "kl_to_even": ("KL to even shares (nats)", "균등한 비율과의 KL (nat)"),
    # modes
    "modes": ("Does G find every mode?", "생성자는 모든 모드를 찾는가?"),
    "modes_sub": (
        "{world}, {loss} loss, k = {k}, {steps} steps of G; above with a penalty, below without.",
        "{world}, {loss} 손실, k = {k}, G {steps}스텝. 위: 페널티 있음, 아래: 페널티 없음.",
    ),
    "control": ("(control)", "(대조군)"),
    "shares_title": ("Share of each mode (bridges count as nothing)", "모드별 비율 (모드 사이의 표본은 세지 않음)"),
    "mode_number": ("mode", "모드 번호"),
    "share_axis": ("share (%)", "비율 (%)"),
    "fair_share": ("even share", "균등한 비율"),
    "fifth": ("20 % of it", "균등 비율의 20 %"),
    "score_modes": (
        "modes with at least 20 % of an even share: {fair} of {modes}",
        "균등 비율의 20 % 이상인 모드: {modes}개 중 {fair}개",
    ),
    "score_quality": (
        "within 3 sd: {quality:.1f} % (perfect samples: {ceiling:.1f} %)",
        "3 표준편차 이내: {quality:.1f} % (완벽한 표본: {ceiling:.1f} %)",
    ),
    "score_kl": (
        "KL to even shares: {kl:.4f} nats (perfect samples: {floor:.4f})",
        "균등한 비율과의 KL: {kl:.4f} nat (완벽한 표본: {floor:.4f})",
    ),
    "frame_g": ("step {n} of G", "G {n}스텝"),
}

SENTENCES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "prior": (
        (
            (
                "p_data is a density over all images, drawn here on one axis: x_1 and x_2 are common, x_3 hardly ever "
                "occurs, x_4 is rare."
            ),
            (
                "z ~ p_z is noise with a density that we choose: flat on (-√3, √3), or the normal bell, both "
                "of variance 1."
            ),
            (
                "G(z) carries it over: it is flat where much of z must land on one kind of image and steep where it "
                "crosses an empty place."
            ),
            (
                "Both come near the same p_data: JSD {uniform:.4f} from uniform z and {normal:.4f} from normal z, of at "
                "most 0.6931."
            ),
            (
                "So the choice changes G, not the goal p_g = p_data; dotted is the exact map F_data^-1(F_z(z)) that G "
                "has to learn."
            ),
        ),
        (
            (
                "p_data는 모든 이미지에 대한 밀도이며 여기서는 한 축에 그렸습니다. x_1과 x_2는 흔하고, x_3은 거의 "
                "없으며, x_4는 드뭅니다."
            ),
            (
                "z ~ p_z는 우리가 분포를 정하는 노이즈입니다. 여기서는 분산이 1인 균등 분포 U(-√3, √3)와 정규 "
                "분포 N(0, 1)을 썼습니다."
            ),
            (
                "G(z)가 이를 옮깁니다. 많은 z가 한 종류의 이미지로 가야 하는 곳에서는 완만하고, 비어 있는 곳을 건널 "
                "때는 가파릅니다."
            ),
            (
                "둘 다 같은 p_data에 가까워집니다. JSD는 균등 분포에서 {uniform:.4f}, 정규 분포에서 "
                "{normal:.4f}입니다(최대 0.6931)."
            ),
            (
                "노이즈의 선택은 G를 바꿀 뿐 목표 p_g = p_data는 그대로입니다. 점선은 G가 배워야 할 정확한 사상 "
                "F_data^-1(F_z(z))입니다."
            ),
        ),
    ),
    "collapse": (
        (
            "p_data is a ring of 8 equal modes; each row is a training, from left to right, and G should cover all 8.",
            (
                "Without a penalty G puts everything where D is weakest, D learns to refuse it there, and G jumps on: "
                "min max turns into a chase."
            ),
            (
                "Its KL to even shares comes to {worst:.2f} nats, of at most log 8 = 2.08 where one mode is left; "
                "at the end it "
                "holds {bare} of 8."
            ),
            (
                "R1 = γ/2 E_p_data|grad D|^2 (R2: the same over p_g) keeps D flat near the samples: {r1} of 8 with "
                "R1, {both} of 8 with both."
            ),
            (
                "Nothing else differs: same weights at the start, same data, same momentum of .9, which is what makes "
                "G overshoot."
            ),
        ),
        (
            (
                "p_data는 같은 크기의 모드 8개가 놓인 고리입니다. 한 줄이 한 번의 학습이며 왼쪽에서 오른쪽으로 "
                "진행합니다. G는 8개를 모두 덮어야 합니다."
            ),
            (
                "페널티가 없으면 G는 D가 가장 약한 곳에 모든 표본을 몰고, D가 그곳을 가려내면 G는 다른 곳으로 옮겨 "
                "갑니다. 서로 쫓기만 하는 셈입니다."
            ),
            (
                "균등한 비율과의 KL은 {worst:.2f} nat까지 올라갑니다(모드가 하나만 남으면 log 8 = 2.08). 끝에 찾은 "
                "모드는 8개 중 {bare}개입니다."
            ),
            (
                "R1 = γ/2 E_p_data|grad D|^2(R2는 p_g에서)는 표본 근처에서 D를 완만하게 합니다. R1이면 8개 중 "
                "{r1}개, R1 + R2이면 {both}개입니다."
            ),
            "나머지는 모두 같습니다. 초기 가중치도, 데이터도, G가 지나치게 움직이도록 만드는 모멘텀 0.9도 같습니다.",
        ),
    ),
    "modes": (
        (
            "World: {world}, all shares equal, so it is known what p_g = p_data would look like.",
            "Above ({penalty}): G holds {fair} of {modes} modes, each with at least 20 % of an even share.",
            (
                "Below, the control without a penalty: {bare} of {modes}, and a KL to even shares of {bare_kl:.3f} in "
                "the place of {kl:.3f} nats."
            ),
            (
                "Perfect samples would score a KL of {floor:.4f}: lower is luck, and counting a mode for one sample in "
                "it would be blind."
            ),
            (
                "Most bars stay below the even share: samples on bridges between modes count as nothing, and only "
                "{quality:.0f} % lie within a mode."
            ),
        ),
        (
            "데이터는 비율이 모두 같은 {world}입니다. 그래서 p_g = p_data일 때의 모습을 정확히 압니다.",
            "위({penalty}): G는 모드 {modes}개 중 {fair}개를 균등 비율의 20 % 이상으로 찾습니다.",
            (
                "아래: 페널티가 없는 대조군은 {modes}개 중 {bare}개이고, 균등한 비율과의 KL이 {kl:.3f} nat이 아니라 "
                "{bare_kl:.3f} nat입니다."
            ),
            (
                "완벽한 표본의 KL은 {floor:.4f}입니다. 더 낮다면 우연이고, 표본 하나만 있어도 모드를 찾았다고 하면 "
                "붕괴를 놓칩니다."
            ),
            (
                "모드 사이에 걸친 표본은 세지 않아 표본의 {quality:.0f} %만 모드 안에 듭니다. 그래서 막대는 대부분 "
                "균등한 비율보다 낮습니다."
            ),
        ),
    ),
}
