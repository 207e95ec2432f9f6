"""Of the recipe sgan, of labels that only some pictures have, and of the command classify."""

TEXTS = {
    "Semi-supervised GAN: learns a classifier from few labels and many pictures without one.": (
        "준지도 학습 GAN(SGAN): 적은 레이블과 레이블 없는 많은 이미지에서 분류기를 학습합니다."
    ),
    "Needs: one set of pictures, some with labels: a folder for each class, and one called unlabelled.": (
        "필요: 일부에만 레이블이 있는 이미지 한 세트. 클래스마다 폴더 하나, 나머지는 unlabelled라는 폴더에."
    ),
    (
        "Good for: a classifier where labels are dear: ``sparring evaluate`` says how often it is right, ``sparring classify`` "
        "uses it."
    ): (
        "용도: 레이블을 얻기 어려울 때의 분류기. 얼마나 맞는지는 ``sparring evaluate``가 알려 주고, 분류는 ``sparring "
        "classify``로 합니다."
    ),
    (
        "What is learnt is D. The samples of G help it to learn and are not the best that can be drawn. ``--labels 100`` keeps "
        "only so many of the labels, to see what more would be worth."
    ): (
        "학습하려는 것은 D입니다. G의 샘플은 D의 학습을 도울 뿐, 가장 좋은 샘플은 아닙니다. ``--labels 100``은 레이블을 그만큼만 "
        "남겨, 레이블이 더 있으면 얼마나 나아질지 알아볼 수 있습니다."
    ),
    (
        "The paper's perceptrons for MNIST, or convolutions like the paper's for CIFAR-10; auto takes perceptrons for grey "
        "pictures of up to 32 x 32."
    ): (
        "논문의 MNIST용 다층 퍼셉트론(perceptrons), 또는 CIFAR-10용과 같은 합성곱(convolutions). auto는 32 x 32 이하의 흑백 "
        "이미지에 퍼셉트론을 씁니다."
    ),
    "Share of each batch that are labelled pictures, seen again and again if there are few.": (
        "배치마다 레이블이 있는 이미지의 비율. 적으면 같은 이미지를 되풀이해서 봅니다."
    ),
    "Widths of G's hidden layers (perceptrons).": "G의 은닉층 너비(퍼셉트론).",
    "Widths of D's hidden layers (perceptrons).": "D의 은닉층 너비(퍼셉트론).",
    "Standard deviation of the Gaussian noise on D's input, in units of [0, 1] (perceptrons).": (
        "D의 입력에 더하는 가우시안 노이즈의 표준편차, [0, 1] 단위(퍼셉트론)."
    ),
    "Standard deviation of the Gaussian noise on D's hidden layers (perceptrons).": (
        "D의 은닉층에 더하는 가우시안 노이즈의 표준편차(퍼셉트론)."
    ),
    "Channels of the first feature map of D, and of the largest of G (convolutions).": (
        "D의 첫 특징 맵과 G의 가장 큰 특징 맵의 채널 수(합성곱)."
    ),
    "Learning rate of both Adam optimizers; by default the paper's, 3e-3 for perceptrons and 3e-4 for convolutions.": (
        "두 Adam 옵티마이저의 학습률. 기본은 논문의 값으로, 퍼셉트론은 3e-3, 합성곱은 3e-4."
    ),
    "Batch size; the paper's is 100 with labels and 100 without.": (
        "배치 크기. 논문은 레이블이 있는 이미지 100장과 없는 이미지 100장."
    ),
    "Half-life of the exponential moving average of G and D, in images; 0 for none.": (
        "G와 D의 지수이동평균(EMA)의 반감기, 이미지 수. 0은 쓰지 않음."
    ),
    (
        "Labels to keep in training, equally many of each class, as if the others were unknown; by default all. Held-out "
        "pictures keep theirs."
    ): (
        "학습에서 남길 레이블의 수. 클래스마다 같은 수를 남기고 나머지는 모르는 것으로 합니다. 기본은 모두. 떼어 둔 이미지의 "
        "레이블은 그대로 둡니다."
    ),
    "{value} (pictures of {shape})": "{value} ({shape} 이미지)",
    "{value} (of {networks})": "{value} ({networks}의 값)",
    "--labels is for recipes that learn one set of pictures; this one translates": (
        "--labels는 이미지 한 세트를 학습하는 레시피에 씁니다. 이 레시피는 변환을 합니다"
    ),
    "--labels is {count}; {name!r} has {known:,} labels of {classes} classes: give {classes} to {known:,}": (
        "--labels가 {count}입니다. {name!r}에는 클래스 {classes}개의 레이블이 {known:,}개 있습니다. {classes}부터 {known:,}까지 "
        "쓸 수 있습니다"
    ),
    "{name!r} has no labels, so none can be kept (--labels)": "{name!r}에는 레이블이 없어 남길 것이 없습니다(--labels)",
    "no picture of {name!r} has a label; at least one is needed": (
        "{name!r}에는 레이블이 있는 이미지가 없습니다. 적어도 하나는 필요합니다"
    ),
    "{name}: {n:,} of {height} x {width} x {channels}, {labels:,} with a label, {held_out:,} held out": (
        "{name}: {height} x {width} x {channels} 이미지 {n:,}장, 레이블이 있는 것 {labels:,}장, 떼어 둔 것 {held_out:,}장"
    ),
    "a run whose D classifies, and held-out images with labels": "판별자가 분류하는 실행과, 레이블이 있는 떼어 둔 이미지",
    "accuracy of the run's own classifier": "실행이 학습한 분류기의 정확도",
    # classify
    "Name the class of pictures with a trained run.": "학습한 실행으로 이미지의 클래스를 알아냅니다.",
    "Pictures, and folders of them.": "이미지, 또는 이미지가 든 폴더.",
    "CSV file to write; by default the rows are printed.": "쓸 CSV 파일. 지정하지 않으면 화면에 출력합니다.",
    "classifying": "분류하는 중",
    "the D of {recipe} names no classes; train sgan or acgan": (
        "{recipe}의 판별자는 클래스를 분류하지 않습니다. sgan이나 acgan을 학습하십시오"
    ),
    "{failed:,} of {total:,} could not be classified; the reasons are above.": (
        "{total:,}장 가운데 {failed:,}장을 분류하지 못했습니다. 이유는 위에 있습니다."
    ),
}
