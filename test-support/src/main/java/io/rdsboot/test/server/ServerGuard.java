package io.rdsboot.test.server;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

import io.rdsboot.test.process.LocalRdsException;

/**
 * Process of the operating system that ends the servers in a directory when this JVM is
 * gone without having done so, as a killed one is.
 */
final class ServerGuard implements AutoCloseable {

	private static final String SCRIPT = Scripts.read("server-guard.sh");

	private final Process process;

	private ServerGuard(Process process) {
		this.process = process;
	}

	/**
	 * Starts the process.
	 * @param directory where the servers have their data, to be deleted after them
	 * @return the running guard
	 */
	static ServerGuard start(Path directory) {
		try {
			// Without output of its own: whoever reads this JVM's would wait for its end.
			return new ServerGuard(
					new ProcessBuilder("sh", "-c", SCRIPT, directory.toString()).redirectOutput(Redirect.DISCARD)
						.redirectError(Redirect.DISCARD)
						.start());
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not start the guard of the servers in %s".formatted(directory), ex);
		}
	}

	/**
	 * Ends the process, when the directory is gone.
	 */
	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
