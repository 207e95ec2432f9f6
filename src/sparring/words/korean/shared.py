"""Texts that more than one room says."""

TEXTS = {
    "run": "실행",
    "recipe": "레시피",
    "data": "데이터",
    "machine": "장치",
    "speed": "속도",
    "images": "이미지",
    "steps": "스텝",
    "step": "스텝",
    "state": "상태",
    "seed": "시드",
    "kernel distance": "커널 거리",
    "{n} thread": "스레드 {n}개",
    "{n} threads": "스레드 {n}개",
    "holds NaN or infinite values": "NaN이나 무한대 값이 있습니다",
}
