"""Of the recipe acgan."""

TEXTS = {
    "Auxiliary classifier GAN: draws the class it is asked for, and its discriminator also classifies.": (
        "보조 분류기 GAN(ACGAN): 지정한 클래스를 그리고, 판별자는 분류도 합니다."
    ),
    "Needs: one set of pictures with labels.": "필요: 레이블이 있는 이미지 한 세트.",
    "Good for: samples that clearly show the class that was asked for, at some cost of variety within it.": (
        "용도: 지정한 클래스를 뚜렷이 보여 주는 샘플. 대신 클래스 안의 다양성은 조금 줄어듭니다."
    ),
    (
        "G is told a class; D is not, but names it, and both players pay for a class that cannot be recognised. The defaults "
        "are the paper's but for the width of D, which is half. For small machines and pictures: ``--features 16 --d-features 64 "
        "--gamma 5 --no-batch-norm --dropout 0 --noise 0 --class-weight .2 --batch-size 32 --lr 2e-3 --beta1 0 --beta2 .99 "
        "--shared --decay 400000``."
    ): (
        "G에는 클래스를 알려 주고, D는 모르는 채로 클래스를 맞힙니다. 클래스를 알아볼 수 없으면 둘 다 손실을 봅니다. 기본값은 "
        "논문과 같고, D의 너비만 절반입니다. 작은 컴퓨터나 작은 이미지에는: ``--features 16 --d-features 64 --gamma 5 "
        "--no-batch-norm --dropout 0 --noise 0 --class-weight .2 --batch-size 32 --lr 2e-3 --beta1 0 --beta2 .99 --shared "
        "--decay 400000``."
    ),
    "Weight of the classification loss of both players; the paper's is 1.": (
        "생성자와 판별자가 함께 내는 분류 손실의 가중치. 논문은 1."
    ),
    "Channels of the largest feature map of G; smaller maps have up to 8 times as many.": (
        "G의 가장 큰 특징 맵의 채널 수. 작은 맵은 최대 8배까지 많습니다."
    ),
    "Channels of D's last feature map; each earlier one has half as many, at least 16. The paper's is 512.": (
        "D의 마지막 특징 맵의 채널 수. 앞의 맵은 차례로 절반이고 적어도 16입니다. 논문은 512."
    ),
    (
        "Images over which the learning rates decay to a twentieth (half a cosine), which is then also the default length of the "
        "run; 0 keeps them constant, as the paper does."
    ): (
        "학습률이 20분의 1까지 (반 코사인으로) 줄어드는 동안의 이미지 수. 주면 기본 학습 길이도 이것이 됩니다. 0이면 논문처럼 "
        "일정합니다."
    ),
    "Dropout probability after each convolution of D.": "D의 각 합성곱 뒤의 드롭아웃 확률.",
    "Standard deviation of the Gaussian noise on the input of each convolution of D.": (
        "D의 각 합성곱의 입력에 더하는 가우시안 노이즈의 표준편차."
    ),
    "{recipe} learns classes, but the data has no labels; give sub-folders of two classes or more": (
        "{recipe}은(는) 클래스를 학습하지만 데이터에 레이블이 없습니다. 클래스별 하위 폴더를 두 개 이상 만드십시오"
    ),
    "std is {std}; a standard deviation is 0 or more": "std가 {std}입니다. 표준편차는 0 이상입니다",
}
