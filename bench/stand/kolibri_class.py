"""Run inside Kolibri: a class of 25 with ten lessons, and what they have done so far. Prints the Cookie of one of them.

No channel of content is brought in: the learner home then looks up less than it would in use, in Kolibri's favour.
"""

from uuid import uuid4

from django.test import Client
from django.utils import timezone
from kolibri.core.auth.models import Classroom, Facility, FacilityUser
from kolibri.core.lessons.models import Lesson, LessonAssignment
from kolibri.core.logger.models import ContentSummaryLog

LEARNERS, LESSONS, RESOURCES = 25, 10, 8

facility = Facility.get_default_facility()
coach = FacilityUser.objects.get(username="coach")
room = Classroom.objects.create(name="A class", parent=facility)
learners = [
    FacilityUser.objects.create(username=f"learner{number}", full_name=f"Learner {number}", facility=facility)
    for number in range(LEARNERS)
]
for learner in learners:
    room.add_member(learner)
for number in range(LESSONS):
    resources = [
        {name: uuid4().hex for name in ("contentnode_id", "content_id", "channel_id")}
        for _ in range(RESOURCES)
    ]
    lesson = Lesson.objects.create(
        title=f"Lesson {number}", collection=room, created_by=coach, is_active=True, resources=resources
    )
    LessonAssignment.objects.create(lesson=lesson, collection=room, assigned_by=coach)
    for learner in learners:
        for resource in resources:
            ContentSummaryLog.objects.create(
                user=learner,
                content_id=resource["content_id"],
                channel_id=resource["channel_id"],
                start_timestamp=timezone.now(),
                kind="html5",
                progress=0.5,
            )

visitor = Client()
visitor.force_login(learners[0])
for name, morsel in visitor.cookies.items():
    print(f"COOKIE {name}={morsel.value}")
