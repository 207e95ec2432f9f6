"""Of the help of recipes and their settings."""

TEXTS = {
    (
        "Hidden units of both are leaky ReLUs of slope .2, and G starts from He's weights; the paper's G has ReLUs. With them G "
        "often collapses in the first thousand steps, at 2e-4 as at 1e-3."
    ): (
        "두 신경망의 은닉층은 기울기 0.2의 leaky ReLU이고, G의 가중치는 He 초기화로 시작합니다. 논문의 G는 ReLU를 쓰지만, ReLU로는 "
        "학습률이 2e-4든 1e-3이든 처음 천 스텝 안에 모드 붕괴가 자주 일어납니다."
    ),
    (
        "Images over which the learning rates decay to a twentieth (half a cosine), which is also the default length of the run; 0 "
        "keeps the rates constant, with a length of 3,000,000."
    ): (
        "학습률이 반 코사인을 따라 20분의 1로 줄어드는 동안의 이미지 수. 기본 학습 길이이기도 합니다. 0이면 학습률을 그대로 두고 "
        "길이는 3,000,000장입니다."
    ),
    # gan
    "The GAN of 2014 as it is taught: generator and discriminator are multilayer perceptrons.": (
        "강의에서 배우는 2014년의 GAN: 생성자와 판별자가 다층 퍼셉트론입니다."
    ),
    "Adversarial loss.": "적대적 손실.",
    "Adversarial loss; minimax is the paper's value function, nonsaturating its practical form.": (
        "적대적 손실. minimax는 논문의 가치 함수, nonsaturating은 실제 학습에 쓰는 형태."
    ),
    "Adversarial loss; the original code is non-saturating.": "적대적 손실. 원래 코드는 nonsaturating.",
    "Discriminator updates per generator update (k in the paper).": (
        "생성자를 한 번 갱신할 때 판별자를 갱신하는 횟수(논문의 k)."
    ),
    "Distribution of z.": "z의 분포.",
    "Distribution of z; the paper's is uniform.": "z의 분포. 논문은 균등분포(uniform).",
    "Dimension of the noise z.": "노이즈 z의 차원.",
    "Dimension of z, each component U(-sqrt 3, sqrt 3).": "z의 차원. 각 성분은 U(-sqrt 3, sqrt 3).",
    "Widths of G's hidden layers.": "G의 은닉층 너비.",
    "Widths of D's hidden layers.": "D의 은닉층 너비.",
    "Width of G's two hidden layers.": "G의 두 은닉층의 너비.",
    "Maxout units in D's two hidden layers.": "D의 두 은닉층의 maxout 유닛 수.",
    "Linear pieces per maxout unit.": "maxout 유닛 하나의 선형 조각 수.",
    "Dropout probability of D's hidden layers.": "D의 은닉층의 드롭아웃 확률.",
    "Condition G and D on the class labels.": "클래스 레이블을 G와 D의 조건으로 줍니다.",
    "Learning rate of both Adam optimizers.": "두 Adam 옵티마이저의 학습률.",
    "Initial learning rate of both Adam optimizers.": "두 Adam 옵티마이저의 초기 학습률.",
    "Initial learning rate.": "초기 학습률.",
    "Adam's beta1, the decay of the first moment.": "Adam의 beta1, 1차 모멘트의 감쇠율.",
    "Adam's beta2, the decay of the second moment.": "Adam의 beta2, 2차 모멘트의 감쇠율.",
    "Batch size.": "배치 크기.",
    "Batch size, in pictures of each domain.": "배치 크기. 각 도메인의 이미지 수.",
    "Half-life of G's exponential moving average, in images; 0 for none.": (
        "G의 지수이동평균(EMA)의 반감기, 이미지 수. 0은 쓰지 않음."
    ),
    "Half-life of G's exponential moving average, in images; the original has none.": (
        "G의 지수이동평균(EMA)의 반감기, 이미지 수. 원래 코드에는 없음."
    ),
    "Half-life of the generators' exponential moving average, in images.": (
        "생성자들의 지수이동평균(EMA)의 반감기, 이미지 수."
    ),
    "Half-life of the generators' exponential moving average, in images; 0 for none.": (
        "생성자들의 지수이동평균(EMA)의 반감기, 이미지 수. 0은 쓰지 않음."
    ),
    "Update D and G in turn, or both from the same state.": (
        "D와 G를 번갈아 갱신하거나(alternating), 같은 상태에서 동시에 갱신합니다(simultaneous)."
    ),
    "Update D and G in turn, or, as the original, both from the same state.": (
        "D와 G를 번갈아 갱신하거나(alternating), 원래 코드처럼 같은 상태에서 동시에 갱신합니다(simultaneous)."
    ),
    # needs, good for
    "Needs: pairs of pictures: two folders with the same file names, or pictures side by side.": (
        "필요: 이미지 쌍. 파일 이름이 같은 두 폴더, 또는 좌우로 이어 붙인 이미지."
    ),
    "Good for: comparing losses: as dcgan of the paper, with D's errors squared.": (
        "용도: 손실 함수 비교. 논문의 DCGAN에서 D의 오차를 제곱한 것입니다."
    ),
    "Good for: a loss that falls as samples get better, where there is time: five updates of D for one of G.": (
        "용도: 샘플이 좋아질수록 줄어드는 손실. G를 한 번 갱신할 때 D를 다섯 번 갱신하므로 시간이 필요합니다."
    ),
    "Good for: pictures of 32 to 128 pixels on a GPU, above all with labels.": (
        "용도: GPU에서 32~128픽셀 이미지 생성. 특히 클래스 레이블이 있을 때."
    ),
    "Good for: translation where true pairs exist, which bring it nearer to the truth than any loss without them.": (
        "용도: 실제 쌍이 있는 변환. 짝이 없는 손실보다 정답에 가까워집니다."
    ),
    "Good for: translation in one direction where the content stays in its place.": (
        "용도: 내용의 위치가 바뀌지 않는 한 방향 변환."
    ),
    "Good for: CUT with less memory and time.": "용도: CUT보다 적은 메모리와 시간으로 변환하기.",
    "Needs: one set of pictures; labels for --conditional.": "필요: 이미지 한 세트. --conditional에는 클래스 레이블.",
    "Needs: one set of small pictures.": "필요: 작은 이미지 한 세트.",
    "Needs: two sets of pictures; no picture needs a partner.": "필요: 이미지 두 세트. 서로 짝을 이룰 필요는 없습니다.",
    "Good for: learning how a GAN works: the simplest game, with pictures of clothes within a minute.": (
        "용도: GAN의 원리 배우기. 가장 단순한 구성으로, 1분 안에 옷 이미지가 나옵니다."
    ),
    "Good for: repeating the experiment of 2014 and its Parzen-window log-likelihood.": (
        "용도: 2014년 실험과 그 Parzen 창 로그 가능도를 재현하기."
    ),
    "Good for: a first model of your own pictures, in minutes at 32 pixels and hours at 128.": (
        "용도: 내 이미지로 만드는 첫 모델. 32픽셀이면 몇 분, 128픽셀이면 몇 시간 걸립니다."
    ),
    "Good for: repeating the paper at 128 to 256 pixels, on a GPU.": "용도: 128~256픽셀에서 논문을 GPU로 재현하기.",
    "Good for: translating small pictures on a CPU, in less than half an hour.": (
        "용도: 작은 이미지를 CPU에서 30분 안에 변환하기."
    ),
    # gan2014
    "The original code's MNIST configuration, to the constant: maxout D with dropout, uniform z, momentum SGD.": (
        "상수까지 그대로인 원래 코드의 MNIST 설정: 드롭아웃을 쓰는 maxout D, 균등분포 z, 모멘텀 SGD."
    ),
    (
        "D's loss is half the sum of its two terms; learning rates decay by a factor of 1.000004 per update to 1e-6, "
        "momentum rises from .5 to .7 over 250 epochs; G's output starts at the data's marginals. The original takes both "
        "gradients from the same fakes; here each network's update draws its own."
    ): (
        "D의 손실은 두 항의 합의 절반입니다. 학습률은 갱신할 때마다 1.000004로 나누어 1e-6까지 줄고, 모멘텀은 250 에폭에 "
        "걸쳐 .5에서 .7로 커집니다. G의 출력은 데이터의 주변분포에서 시작합니다. 원래 코드는 두 그래디언트를 같은 생성 "
        "이미지에서 구하지만, 여기서는 각 네트워크를 갱신할 때 새로 생성합니다."
    ),
    # dcgan
    "Deep convolutional GAN: any size, grey or colour.": "심층 합성곱 GAN: 크기와 상관없이 흑백이나 컬러 이미지.",
    (
        "G has batch norm; D has a gradient penalty (R1) instead. The paper has batch norm in both, no penalty and no "
        "decay: ``--batch-norm --gamma 0 --decay 0 --features 128 --lr 2e-4 --beta2 .999``."
    ): (
        "G는 배치 정규화를, D는 그 대신 그래디언트 페널티(R1)를 씁니다. 논문은 둘 다 배치 정규화를 쓰고 페널티와 학습률 "
        "감소는 없습니다: ``--batch-norm --gamma 0 --decay 0 --features 128 --lr 2e-4 --beta2 .999``."
    ),
    "Channels of the largest feature map; smaller maps have up to 8 times as many.": (
        "가장 큰 특징 맵의 채널 수. 작은 맵은 최대 8배까지 많습니다."
    ),
    "Use batch norm in D too.": "D에도 배치 정규화를 씁니다.",
    (
        "Weight of the R1 penalty, gamma/2 |grad D|^2 at real pictures, applied on every fourth update of D with four "
        "times the weight; 0 for none."
    ): (
        "R1 페널티의 가중치: 실제 이미지에서 gamma/2 |grad D|^2. D를 네 번 갱신할 때마다 한 번, 네 배의 가중치로 "
        "적용합니다. 0은 쓰지 않음."
    ),
    (
        "Images over which the learning rates decay to a twentieth (half a cosine), which is also the default length of the "
        "run; 0 keeps the rates constant, with a length of 2,000,000."
    ): (
        "학습률이 20분의 1까지 (코사인 반 주기로) 줄어드는 동안의 이미지 수이며, 실행의 기본 길이이기도 합니다. 0이면 "
        "학습률이 일정하고 길이는 2,000,000장입니다."
    ),
    # cyclegan
    "CycleGAN: unpaired translation between two folders, with a generator for each direction.": (
        "CycleGAN: 짝이 없는 두 폴더 사이의 변환. 방향마다 생성자가 하나씩 있습니다."
    ),
    "Weight of the cycle-consistency loss.": "순환 일관성 손실의 가중치.",
    "Weight of the identity loss.": "항등 손실의 가중치.",
    "Weight of the identity loss; 0 if the domains' channels differ.": (
        "항등 손실의 가중치. 두 도메인의 채널 수가 다르면 0이어야 합니다."
    ),
    "Generator: the paper's residual network, or a U-Net.": "생성자: 논문의 잔차 네트워크(resnet) 또는 U-Net(unet).",
    "Channels of a generator's first feature map.": "생성자의 첫 특징 맵의 채널 수.",
    "Residual blocks: 9 for 256 pixels, 6 for 128.": "잔차 블록의 수: 256픽셀이면 9, 128픽셀이면 6.",
    "Upsampling: transposed convolutions, or resizing and convolutions.": (
        "업샘플링: 전치 합성곱(transposed), 또는 크기를 키운 뒤 합성곱."
    ),
    "Channels of a discriminator's first feature map.": "판별자의 첫 특징 맵의 채널 수.",
    "Strided layers of a discriminator; 1, 2, 3 give patches of 16, 34, 70 pixels.": (
        "판별자의 스트라이드 층 수. 1, 2, 3이면 패치가 16, 34, 70픽셀입니다."
    ),
    "Size of the buffer of past generated pictures shown to D.": (
        "D에 보여 줄 지난 생성 이미지를 모아 두는 버퍼의 크기."
    ),
    "Resize the shorter side to this before cropping; 0 leaves it.": (
        "자르기 전에 짧은 변을 이 크기로 맞춥니다. 0이면 그대로 둡니다."
    ),
    "Side of the random square crop; 0 for whole pictures.": (
        "무작위로 잘라 내는 정사각형의 한 변. 0이면 이미지 전체를 씁니다."
    ),
    "Mirror half of the pictures at random.": "이미지의 절반을 무작위로 좌우로 뒤집습니다.",
    "Passes over the larger domain at the full learning rate.": "처음 학습률로 더 큰 도메인을 보는 횟수(에폭).",
    "Passes over which the learning rate decays to 0.": "학습률이 0까지 줄어드는 동안의 에폭 수.",
    # cyclegan_small
    "CycleGAN for pictures of 32 to 64 pixels and small machines, tuned on true pairs and not on the cycle error.": (
        "32~64픽셀 이미지와 작은 컴퓨터를 위한 CycleGAN. 순환 오차가 아니라 정답 쌍으로 조정했습니다."
    ),
    (
        "Generators start as the identity and have no normalization; discriminators see patches of 16 pixels; the cycle "
        "weight is 1, since 10 would freeze whatever mapping comes first. Among the many mappings that satisfy these losses, "
        "a nearest-neighbour loss selects the wanted one: it pulls a translation towards similar pictures of the other domain."
    ): (
        "생성자는 항등 함수에서 시작하고 정규화가 없습니다. 판별자는 16픽셀 패치를 봅니다. 순환 손실의 가중치는 1인데, "
        "10이면 처음 찾은 사상이 무엇이든 그대로 굳어 버리기 때문입니다. 이 손실들을 만족하는 여러 사상 가운데 원하는 것을 "
        "최근접 이웃 손실이 고릅니다. 이 손실은 변환 결과를 다른 도메인의 비슷한 이미지 쪽으로 끌어당깁니다."
    ),
    "Channels of the generators.": "생성자의 채널 수.",
    "Residual blocks of each generator.": "각 생성자의 잔차 블록 수.",
    "Normalization of the discriminators: instance norm, or none.": "판별자의 정규화: 인스턴스 정규화(instance) 또는 없음(none).",
    "Weight of the R1 penalty, by finite differences on half of the batch; 0 for none; needs --d-norm none.": (
        "R1 페널티의 가중치. 배치의 절반에서 유한 차분으로 구합니다. 0은 쓰지 않음. --d-norm none이 필요합니다."
    ),
    "Noise added to a translation before it is translated back, so that it cannot hide a copy of the source.": (
        "변환 결과를 되돌리기 전에 더하는 노이즈. 원본의 복사본을 숨기지 못하게 합니다."
    ),
    "Weight of the nearest-neighbour loss; 0 where the domains share no layouts.": (
        "최근접 이웃 손실의 가중치. 두 도메인의 구도가 서로 다르면 0."
    ),
    "Recent pictures of each domain among which nearest neighbours are searched.": (
        "최근접 이웃을 찾을, 각 도메인의 최근 이미지 수."
    ),
    "Initial learning rate of the generators; it decays to a twentieth.": (
        "생성자의 초기 학습률. 20분의 1까지 줄어듭니다."
    ),
    "Initial learning rate of the discriminators, likewise.": "판별자의 초기 학습률. 마찬가지로 줄어듭니다.",
    "Length of the run and of the learning-rate decay, in images of each domain.": (
        "실행과 학습률 감소의 길이. 각 도메인의 이미지 수."
    ),
}
