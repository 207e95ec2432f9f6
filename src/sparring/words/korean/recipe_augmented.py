"""Korean: augmentation."""

TEXTS = {
    "p is {p}; the probability of an augmentation is from 0 to 1": "p가 {p}입니다. 데이터 증강의 확률은 0에서 1 사이입니다",
    "auto: off, since each picture is seen {times:,.0f} times and it begins at {seen:,}": (
        "auto: 끔. 이미지마다 {times:,.0f}번 보며, 증강은 {seen:,}번부터 시작합니다"
    ),
    "auto: on after {seen:,} passes, since {count:,} pictures are seen {times:,.0f} times each": (
        "auto: {seen:,}에폭 뒤부터 켬. 이미지 {count:,}장을 {times:,.0f}번씩 보기 때문입니다"
    ),
    (
        "Augmentation of what D sees, so that it does not learn few pictures by heart: DiffAugment, or ADA, which adapts its "
        "strength; auto is DiffAugment from the time each picture has been seen 500 times."
    ): (
        "판별자가 보는 이미지의 데이터 증강. 판별자가 적은 이미지를 외우지 못하게 합니다. DiffAugment, 또는 세기를 스스로 맞추는 "
        "ADA. "
        "auto는 이미지마다 500번 본 뒤부터 DiffAugment를 씁니다."
    ),
}
