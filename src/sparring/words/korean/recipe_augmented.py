"""Korean: augmentation."""

TEXTS = {
    "p is {p}; the probability of an augmentation is from 0 to 1": "p가 {p}입니다. 데이터 증강의 확률은 0에서 1 사이입니다",
    "auto: off, since each picture is seen {times:,.0f} times; it is for runs of {least:,} passes and more": (
        "auto: 끔. 이미지마다 {times:,.0f}번 봅니다. 증강은 {least:,}에폭 이상 학습할 때 씁니다"
    ),
    "auto: on, since {count:,} pictures are seen {times:,.0f} times each": (
        "auto: 켬. 이미지 {count:,}장을 {times:,.0f}번씩 보기 때문입니다"
    ),
    (
        "Augmentation of what D sees, so that it does not learn few pictures by heart: DiffAugment, or ADA, which adapts its "
        "strength; auto is DiffAugment in runs of 600 passes and more."
    ): (
        "판별자가 보는 이미지의 데이터 증강. 판별자가 적은 이미지를 외우지 못하게 합니다. DiffAugment, 또는 세기를 스스로 맞추는 "
        "ADA. "
        "auto는 600에폭 이상 학습할 때 DiffAugment를 씁니다."
    ),
}
