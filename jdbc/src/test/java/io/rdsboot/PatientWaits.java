package io.rdsboot;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets a wait for a condition last up to a minute where it names no limit. Awaitility's
 * own ten seconds are too few for two of HikariCP's pauses between attempts that fail, of
 * up to five seconds each, and for machines that are busy.
 */
public final class PatientWaits implements LauncherSessionListener {

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
	}

}
