"""Of the help of small, and of the length that it follows."""

TEXTS = {
    "Small convolutional networks, many steps, a strong penalty: the best pictures after minutes on a processor.": (
        "작은 합성곱 신경망, 많은 스텝, 강한 페널티: CPU에서 몇 분 만에 얻을 수 있는 가장 좋은 이미지."
    ),
    (
        "The networks are `dcgan`'s, a half as wide, with R1 ten times as strong, no momentum and rates that fall to the end of "
        "the run: what came out best of all that was tried for the same time, see ``benchmarks/results/small.json``."
    ): (
        "`dcgan`의 신경망을 절반 너비로 쓰고, R1을 열 배로 하고, 모멘텀을 없애고, 학습률을 실행이 끝날 때까지 줄입니다. "
        "같은 시간 동안 시험한 설정 가운데 가장 좋았습니다. ``benchmarks/results/small.json``을 보십시오."
    ),
    "Good for: any first run: the best pictures of the table after the same minutes, at 28 to 64 pixels.": (
        "용도: 모든 첫 실행. 같은 시간 안에 28~64픽셀에서 표의 레시피 가운데 가장 좋은 이미지를 냅니다."
    ),
    "Initial learning rate of both Adam optimizers; it decays to a twentieth (half a cosine) by the end of the run.": (
        "두 Adam 옵티마이저의 초기 학습률. 실행이 끝날 때까지 20분의 1로 줄어듭니다(코사인 반주기)."
    ),
    "Half-life of G's exponential moving average, in images; by default a tenth of the run, at most 10,000; 0 for none.": (
        "G의 지수이동평균(EMA)의 반감기, 이미지 수. 기본값은 실행의 10분의 1이며 최대 10,000. 0은 쓰지 않음."
    ),
    "D and G learn from the same batch and the same fakes in each round: G draws once instead of twice.": (
        "라운드마다 D와 G가 같은 배치와 같은 생성 이미지로 학습합니다. G는 두 번 대신 한 번만 생성합니다."
    ),
    "D and G learn from the same batch and the same fakes in each round, as in the reference code.": (
        "참조 코드처럼 라운드마다 D와 G가 같은 배치와 같은 생성 이미지로 학습합니다."
    ),
    (
        "Images over which the learning rate decays; by default the length of the run: what --minutes, --images, --epochs or "
        "--steps come to, or 200,000."
    ): (
        "학습률이 줄어드는 동안의 이미지 수. 기본값은 실행의 길이입니다. 곧 --minutes, --images, --epochs, --steps로 정한 길이이며 "
        "정하지 않으면 200,000."
    ),
    "{value:,} (for {images:,} images)": "{value:,} (이미지 {images:,}장 기준)",
    "{images:,} (no length is given)": "{images:,} (길이를 정하지 않음)",
    "{images:,} (the length of the run)": "{images:,} (실행의 길이)",
    "{images:,} (what fits into {minutes:g} minutes)": "{images:,} ({minutes:g}분 안에 학습할 수 있는 수)",
}
