//! Starting processes, all from one thread.
//!
//! Linux ends a process whose parent is gone when the thread ends that started it, and threads of
//! the runtime come and go. This one stays for as long as anything may run.

use std::io;
use std::sync::{Mutex, PoisonError, mpsc};

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

#[derive(Default)]
pub(super) struct Starter(Mutex<Option<mpsc::Sender<Order>>>);

struct Order {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

impl Starter {
    pub(super) async fn start(&self, command: Command) -> io::Result<Child> {
        let (reply, started) = oneshot::channel();
        let order = Order { command, runtime: Handle::current(), reply };
        let is_gone = |_| io::Error::other("the thread that starts programs is gone");
        self.orders()?.send(order).map_err(is_gone)?;
        started.await.unwrap_or_else(|_| Err(io::Error::other("nothing was started")))
    }

    fn orders(&self) -> io::Result<mpsc::Sender<Order>> {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = &*orders {
            return Ok(orders.clone());
        }
        let (send, receive) = mpsc::channel();
        std::thread::Builder::new().name("programs".to_owned()).spawn(move || serve(&receive))?;
        *orders = Some(send.clone());
        Ok(send)
    }
}

fn serve(orders: &mpsc::Receiver<Order>) {
    for Order { mut command, runtime, reply } in orders {
        let _entered = runtime.enter();
        // Who does not wait any more drops the process, which ends it.
        let _ = reply.send(command.spawn());
    }
}
