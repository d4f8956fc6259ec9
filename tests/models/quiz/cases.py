"""How the verbs of the quiz are pressed at a node, and the right each needs there."""

from models.card import Action
from tests.models.case import Case

YES = 1

QUIZ: dict[str, Case] = {
    "quiz": Case(lambda _, at: Action("quiz", at.quiz.day.id, 1), "quiz.answer"),
    "quiz_board": Case(lambda _, at: Action("quiz_board", at.node.id, YES), "quiz.answer"),
    "quiz_desk": Case(lambda _, at: Action("quiz_desk", at.node.id, YES), "quiz.settle"),
    "quiz_fault": Case(lambda _, at: Action("quiz_fault", at.quiz.day.id, YES), "quiz.answer"),
    "quiz_go": Case(lambda _, at: Action("quiz_go", at.silent.id, 2)),
    "quiz_keep": Case(lambda _, at: Action("quiz_keep", at.quiz.doubt.id, 1), "quiz.keep", at_root=True),
    "quiz_open": Case(lambda _, at: Action("quiz_open", at.quiz.draft.id, YES), "quiz.settle"),
    "quiz_papers": Case(lambda _, at: Action("quiz_papers", at.silent.id, YES)),
    "quiz_pick": Case(lambda _, at: Action("quiz_pick", at.quiz.sitting.id, 16)),
    "quiz_set": Case(lambda _, at: Action("quiz_set", at.node.id, 16), "quiz.settle"),
    "quiz_sit": Case(lambda _, at: Action("quiz_sit", at.quiz.paper.id, YES), "quiz.answer"),
    "quiz_words": Case(lambda _, at: Action("quiz_words", at.quiz.doubt.id, YES)),
    "quiz_wrong": Case(lambda _, at: Action("quiz_wrong", at.quiz.sitting.id, 1)),
}
