// The usual way in Node: each AMI event is one Socket.IO emit to everybody.
// `node server.js AMI_PORT USERNAME SECRET` prints its URL and serves until it is ended.
import { createServer } from "node:http";
import connectToAsterisk from "asterisk-manager";
import { Server } from "socket.io";

const [amiPort, username, secret] = process.argv.slice(2);
const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

const ami = connectToAsterisk(Number(amiPort), "127.0.0.1", username, secret, true);
ami.on("managerevent", (event) => io.emit("ami_event", event));

http.listen(0, "127.0.0.1", () => console.log(`serves on http://127.0.0.1:${http.address().port}/ `));
