"""Of runs on several processes."""

TEXTS = {
    "process {rank}": "프로세스 {rank}",
    "process {rank} on {host}": "{host}의 프로세스 {rank}",
    "an operation on all processes failed: {error}": "모든 프로세스가 함께하는 연산이 실패했습니다: {error}",
    "{process} cannot be reached: nothing was heard of it for {seconds:.0f} seconds": (
        "{process}에 닿을 수 없습니다. {seconds:.0f}초 동안 아무 소식이 없습니다"
    ),
    "{process} has ended: {why}": "{process}이(가) 끝났습니다: {why}",
    "{process} is gone: nothing was heard of it for {seconds:.0f} seconds": (
        "{process}이(가) 사라졌습니다. {seconds:.0f}초 동안 아무 소식이 없습니다"
    ),
    (
        "process {rank} finds no process 0 at {where}: is MASTER_PORT the same everywhere, and may machines reach each other?"
    ): (
        "프로세스 {rank}이(가) {where}에서 프로세스 0을 찾지 못했습니다. MASTER_PORT가 모두 같은지, 컴퓨터끼리 연결되는지 "
        "확인하세요"
    ),
    "process 0 cannot listen on {where}: MASTER_ADDR must be this machine, MASTER_PORT a free port": (
        "프로세스 0이 {where}에서 연결을 받을 수 없습니다. MASTER_ADDR는 이 컴퓨터여야 하고 MASTER_PORT는 비어 있어야 합니다"
    ),
    "after step {step:,} the weights of {processes} are not those of process 0; nothing of that is saved": (
        "{step:,}스텝 뒤 {processes}의 가중치가 프로세스 0과 다릅니다. 그 상태는 저장하지 않았습니다"
    ),
    "{name} is {value!r}; torchrun and srun set it to a whole number, see the page on processes": (
        "{name}이(가) {value!r}입니다. torchrun과 srun은 정수로 설정합니다. 프로세스 문서를 보세요"
    ),
    "MASTER_ADDR is not set; it is the address of the machine of process 0": (
        "MASTER_ADDR가 설정되지 않았습니다. 프로세스 0이 있는 컴퓨터의 주소입니다"
    ),
    "RANK is {rank}; of {size} processes it is 0 to {last}": (
        "RANK가 {rank}입니다. 프로세스가 {size}개이면 0부터 {last}까지입니다"
    ),
    "process {other} of {size} has not come within {seconds:g} seconds; process {rank} gives up": (
        "프로세스 {size}개 가운데 {other}이(가) {seconds:g}초 안에 오지 않아 프로세스 {rank}이(가) 그만둡니다"
    ),
    (
        "run.processes is {n}, but this is one process: `sparring train --run.processes {n}` starts them, or `torchrun "
        "--nproc-per-node {n}` your script"
    ): (
        "run.processes가 {n}인데 프로세스는 하나입니다. `sparring train --run.processes {n}`으로 시작하거나 스크립트를 "
        "`torchrun --nproc-per-node {n}`으로 실행하세요"
    ),
    "the pictures of {processes} are not those of process 0: the same data must lie on every machine": (
        "{processes}의 이미지가 프로세스 0과 다릅니다. 모든 컴퓨터에 같은 데이터가 있어야 합니다"
    ),
    "{process} has stopped ({why}); process 0 says where the run stands": (
        "{process}이(가) 멈췄습니다({why}). 실행이 어디까지 갔는지는 프로세스 0이 알려 줍니다"
    ),
    "a batch of {n} does not divide among {size} processes; take --batch-size {near}": (
        "배치 {n}개를 프로세스 {size}개로 똑같이 나눌 수 없습니다. --batch-size {near}을(를) 쓰세요"
    ),
    "{a} or {b}": "{a} 또는 {b}",
    "run.restarts is {restarts} and run.timeout {timeout}; take 0 or more, and 1 to 86,400 seconds": (
        "run.restarts가 {restarts}, run.timeout이 {timeout}입니다. 각각 0 이상, 1초에서 86,400초 사이여야 합니다"
    ),
    "run.processes is {value}; it must be from 1 to 4,096, or all": (
        "run.processes가 {value}입니다. 1부터 4,096까지의 수이거나 all이어야 합니다"
    ),
    "{what}; all {n} processes start again from the newest checkpoint ({left} more times at most)": (
        "{what}. 프로세스 {n}개를 모두 가장 최근 체크포인트에서 다시 시작합니다(앞으로 최대 {left}번)"
    ),
    "process {rank} was ended by {signal}": "프로세스 {rank}이(가) {signal} 신호로 끝났습니다",
    "Another number of processes than before; results then agree up to rounding.": (
        "전과 다른 프로세스 수. 결과는 반올림 오차까지 같습니다."
    ),
    "How often all processes are started again from the newest checkpoint after one was lost.": (
        "프로세스를 잃었을 때 모두를 가장 최근 체크포인트에서 다시 시작하는 최대 횟수."
    ),
    "Processes that train together, each on its part of every batch; all for one per GPU, or per CPU core.": (
        "함께 학습하는 프로세스 수. 배치를 똑같이 나누어 맡습니다. all이면 GPU마다, GPU가 없으면 CPU 코어마다 하나."
    ),
    "Seconds of silence after which another process counts as lost.": (
        "다른 프로세스가 이만큼(초) 소식이 없으면 잃은 것으로 봅니다."
    ),
    "Batch norm over the whole batch and not over each process's part of it.": (
        "배치 정규화를 프로세스가 맡은 부분이 아니라 배치 전체에 대해 합니다."
    ),
}
