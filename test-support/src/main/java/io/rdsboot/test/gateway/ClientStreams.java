package io.rdsboot.test.gateway;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client's side of a session, whose traffic passes as its address lets it. What follows
 * the first bytes of an answer is not late once more.
 */
final class ClientStreams {

	private final AtomicBoolean asked = new AtomicBoolean();

	private final Socket socket;

	private final InputStream input;

	private final OutputStream output;

	ClientStreams(Socket socket, Traffic traffic) throws IOException {
		this.socket = socket;
		this.input = new QuestionInputStream(socket.getInputStream(), traffic);
		this.output = new AnswerOutputStream(socket.getOutputStream(), traffic);
	}

	Socket socket() {
		return this.socket;
	}

	InputStream input() {
		return this.input;
	}

	OutputStream output() {
		return this.output;
	}

	private final class QuestionInputStream extends FilterInputStream {

		private final Traffic traffic;

		private QuestionInputStream(InputStream input, Traffic traffic) {
			super(input);
			this.traffic = traffic;
		}

		@Override
		public int read() throws IOException {
			int read = super.read();
			arrived(read);
			return read;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			int read = super.read(bytes, offset, length);
			arrived(read);
			return read;
		}

		private void arrived(int read) {
			if (read >= 0) {
				ClientStreams.this.asked.set(true);
			}
			this.traffic.awaitPassage();
		}

	}

	private final class AnswerOutputStream extends FilterOutputStream {

		private final Traffic traffic;

		private AnswerOutputStream(OutputStream output, Traffic traffic) {
			super(output);
			this.traffic = traffic;
		}

		@Override
		public void write(int value) throws IOException {
			write(new byte[] { (byte) value });
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			if (ClientStreams.this.asked.getAndSet(false)) {
				this.traffic.awaitAnswer();
			}
			else {
				this.traffic.awaitPassage();
			}
			this.out.write(bytes, offset, length);
		}

	}

}
