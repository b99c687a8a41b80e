//! A person answers a question that a service asked in the middle of a call.

use attache_domain::{
    Answer, ArgumentSchema, Ask, Detail, Elicitation, ElicitationAction, ElicitationId,
    ElicitationState, Invocation, InvocationState, Problem, ProblemCode, Question, ServiceCode,
    UserId, Viewer,
};
use attache_store::{Answered, Written};
use serde_json::{Map, Value};

use crate::{Engine, Result};

/// The largest answer, in bytes of JSON.
const MAX_ANSWER: usize = 64 * 1024;

/// An answer.
#[derive(Clone, Debug)]
pub struct AnswerElicitation {
    /// To which question.
    pub elicitation: ElicitationId,
    /// What the person decided.
    pub action: ElicitationAction,
    /// What they filled in.
    pub content: Option<Value>,
}

impl Engine {
    /// Takes a person's answer. The call goes on, here or where it runs, once nothing else is
    /// left to answer.
    #[tracing::instrument(name = "engine.answer_elicitation", skip_all, fields(viewer.id = %viewer.id, elicitation.id = %input.elicitation))]
    pub async fn answer_elicitation(
        &self,
        viewer: &Viewer,
        input: AnswerElicitation,
    ) -> Result<Written<(Elicitation, Invocation)>> {
        let id = input.elicitation;
        let not_found = || Problem::not_found("elicitation").at("elicitationId");
        let asked = self.0.store.inquiries(viewer.id, &[id]).await?.remove(&id);
        let question = asked.ok_or_else(not_found)?.question;
        let answer = answer(&question, input)?;
        let replica = self.0.replica;
        let answered = self.0.store.answer_elicitation(viewer.id, id, &answer, replica).await?;
        let written = match answered {
            Answered::Counts(written) => *written,
            Answered::TooLate(elicitation) => {
                return self.too_late(viewer, *elicitation, &answer).await;
            }
            Answered::Unknown => return Err(not_found().into()),
        };
        let invocation = &written.0.1;
        tracing::info!(invocation.id = %invocation.id, state = ?invocation.state, "a question was answered");
        if invocation.state == InvocationState::Queued {
            self.resume_soon(viewer.id, invocation.id).await;
        }
        Ok(written)
    }

    /// The same answer again is no mistake; another one comes too late.
    async fn too_late(
        &self,
        viewer: &Viewer,
        elicitation: Elicitation,
        answer: &Answer,
    ) -> Result<Written<(Elicitation, Invocation)>> {
        let before = self.0.store.answers(viewer.id, &[elicitation.id]).await?;
        let is_same = before.iter().any(|(_, _, before)| before == answer);
        let cursor = self.event_cursor(viewer).await?;
        let id = elicitation.invocation;
        let invocation = self.invocations_by_id(viewer.id, &[id]).await?.remove(&id);
        match invocation {
            Some(invocation) if is_same => Ok(((elicitation, invocation), cursor)),
            _ => {
                let (code, message) = match elicitation.state {
                    ElicitationState::Answered => {
                        (ProblemCode::Refused, "This was answered already.")
                    }
                    ElicitationState::Withdrawn => {
                        (ProblemCode::Refused, "Nobody needs this answer any more.")
                    }
                    ElicitationState::Pending | ElicitationState::Expired => {
                        (ProblemCode::ElicitationExpired, "This was not answered in time.")
                    }
                };
                Err(Problem::new(code, message).at("elicitationId").into())
            }
        }
    }

    /// Nobody answers a question any more.
    pub(crate) async fn lapse_question(
        &self,
        user: UserId,
        id: ElicitationId,
        service: &ServiceCode,
    ) -> Result<()> {
        let name = &self.services().name(service);
        let message = format!("{name} asked something, and nobody answered in time.");
        let problem = Problem::new(ProblemCode::ElicitationExpired, message);
        Ok(self.0.store.expire_elicitation(user, id, self.0.replica, &problem).await?)
    }
}

/// The answer, if it fits the question.
fn answer(question: &Question, input: AnswerElicitation) -> Result<Answer> {
    let refused = |message: &str| Problem::invalid_input("content", message).into();
    let AnswerElicitation { action, content, .. } = input;
    let content = match (action, &question.ask, content) {
        (ElicitationAction::Accept, Ask::Form(schema), content) => {
            Some(filled_in(schema, content.unwrap_or_default())?)
        }
        (_, _, None) => None,
        (ElicitationAction::Accept, Ask::Url(_), Some(_)) => {
            return Err(refused("Visiting a page takes no content."));
        }
        (ElicitationAction::Decline | ElicitationAction::Cancel, _, Some(_)) => {
            return Err(refused("Only accepting takes content."));
        }
    };
    Ok(Answer { action, content })
}

fn filled_in(schema: &Value, content: Value) -> Result<Map<String, Value>> {
    let Value::Object(content) = content else {
        let message = "The answer to a form is an object of names and values.";
        return Err(Problem::invalid_input("content", message).into());
    };
    let content = Value::Object(content);
    if content.to_string().len() > MAX_ANSWER {
        let message = format!("An answer has at most {MAX_ANSWER} bytes.");
        return Err(Problem::invalid_input("content", message).into());
    }
    let violations = ArgumentSchema::compile(schema).violations(&content);
    if !violations.is_empty() {
        let message = "Some of the answer does not fit.";
        let problem = Problem::new(ProblemCode::ArgumentsInvalid, message).at("content");
        return Err(problem.with(Detail::Violations(violations)).into());
    }
    let Value::Object(content) = content else { unreachable!("made an object above") };
    Ok(content)
}

#[cfg(test)]
mod tests {
    use attache_domain::{Clock, new_id};
    use serde_json::json;

    use super::*;
    use crate::Error;

    fn form() -> Question {
        let schema = json!({
            "type": "object",
            "properties": { "city": { "type": "string" } },
            "required": ["city"],
        });
        Question { message: "Where?".to_owned(), ask: Ask::Form(schema) }
    }

    fn page() -> Question {
        let ask = Ask::Url("https://notes.example/".parse().unwrap());
        Question { message: "Pay.".to_owned(), ask }
    }

    fn given(
        question: &Question,
        action: ElicitationAction,
        content: Option<Value>,
    ) -> Result<Answer> {
        let elicitation = new_id(&Clock::system());
        answer(question, AnswerElicitation { elicitation, action, content })
    }

    #[test]
    fn an_answer_fits_its_question_or_says_where_it_does_not() {
        let accept = ElicitationAction::Accept;
        let rome = given(&form(), accept, Some(json!({ "city": "Rome" }))).unwrap();
        assert_eq!(rome.content.unwrap()["city"], "Rome");
        for content in [None, Some(json!({}))] {
            match given(&form(), accept, content) {
                Err(Error::Refused(problem)) => {
                    assert!(problem.path.contains(&"content".to_owned()));
                }
                other => panic!("{other:?}"),
            }
        }
        let Err(Error::Refused(problem)) = given(&form(), accept, Some(json!({ "city": 7 })))
        else {
            panic!("a number is no city");
        };
        let Detail::Violations(violations) = problem.detail else { panic!("no violations") };
        assert_eq!(violations[0].pointer, "/city");
    }

    #[test]
    fn only_accepted_forms_have_content() {
        let some = Some(json!({ "city": "Rome" }));
        for action in [ElicitationAction::Decline, ElicitationAction::Cancel] {
            assert!(given(&form(), action, None).is_ok());
            assert!(given(&form(), action, some.clone()).is_err());
        }
        assert!(given(&page(), ElicitationAction::Accept, None).is_ok());
        assert!(given(&page(), ElicitationAction::Accept, some).is_err());
    }
}
