"""One subscription while it runs: the same question asked anew, and noted, whenever there is news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mast_api.access import Caller, Question
from mast_api.asking import Asking
from mast_graph.news import Topic
from mast_resolver.errors import NotAllowedError, TooManyRequestsError

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Watching(Asking):
    """The context of a subscription.

    ``known_again`` verifies the token anew and says who its bearer is. ``stands`` once whatever happens from
    now on is told.
    """

    known_again: Callable[[], Awaitable[Caller]] = field(kw_only=True)
    stands: asyncio.Event = field(default_factory=asyncio.Event)

    async def turns(self, question: Question, topic: Topic) -> AsyncIterator[None]:
        """Now, and again whenever there is news of a topic: read what there is between two turns.

        Before each, the token, the role and the keys are what they have to be, and that the question is asked
        is on disk: a right that was taken away ends the subscription here.

        Raises:
            NotAuthenticatedError: the token is not valid any more.
            NotAllowedError: the role may not ask this, or the token is another's.
            KeysChangedError: the graph is under keys that are not held.
            AuditUnavailableError: it cannot be written.
        """
        news = self.services.news
        version = await news.version(topic)
        await self.intend(question, {})
        while True:
            yield
            self.stands.set()
            version = await news.beyond(topic, version)
            await self._again()
            await self.intend(question, {})

    async def additions(
        self,
        question: Question,
        topic: Topic,
        look: Callable[[], Awaitable[Sequence[Thing]]],
        key: Callable[[Thing], Hashable],
    ) -> AsyncIterator[Thing]:
        """What ``look`` finds that it did not find at the turn before, told apart by ``key``; in its order.

        What is there at the first look is not news: a query asks for it, once the subscription stands.
        """
        seen: set[Hashable] | None = None
        async for _ in self.turns(question, topic):
            found = await look()
            news = [] if seen is None else [each for each in found if key(each) not in seen]
            seen = {key(each) for each in found}
            for each in news:
                yield each

    def next_event(self) -> None:
        """Forget what the answer before held: it is noted."""
        self.answered.clear()

    async def _again(self) -> None:
        """Let the caller ask again, as late as the rate allows."""
        self.asked.clear()
        while True:
            self.now = self.services.clock()
            if await self.known_again() != self.caller:
                raise NotAllowedError("the token names somebody else now", fix="subscribe anew")
            await self.services.keys.check()
            try:
                self.services.rate.take(self.caller.subject, self.caller.purpose.value, self.now)
            except TooManyRequestsError as full:
                await asyncio.sleep(full.retry_after_s)
            else:
                return
