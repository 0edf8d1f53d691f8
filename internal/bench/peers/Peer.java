import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The Java side of protocol.go: what is the same for every peer in Java. */
final class Peer {
    private static final int WARM_UP = 30;

    /** Finds dates in a text that was published on a day, 2006-01-02, and counts them. */
    interface Finder {
        int find(String day, String text) throws Exception;
    }

    private static final class Article {
        String day;
        String text;
    }

    /** Takes standard output for the answers: libraries that write to it write to standard error. */
    static PrintStream answers() {
        PrintStream out = System.out;
        System.setOut(System.err);
        return out;
    }

    static void serve(PrintStream out, String version, String file, Finder finder) throws Exception {
        List<Article> articles = read(file);
        finder.find(articles.get(0).day, articles.get(0).text);
        long started = cpu();
        for (Article a : articles.subList(1, Math.min(WARM_UP, articles.size()))) {
            finder.find(a.day, a.text);
        }
        out.printf("{\"version\":\"%s\",\"start_cpu_s\":%s}%n", version, started / 1e9);
        out.flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        while (in.readLine() != null) {
            long start = cpu();
            int found = 0;
            for (Article a : articles) {
                found += finder.find(a.day, a.text);
            }
            out.printf("{\"articles\":%d,\"found\":%d,\"cpu_s\":%s}%n", articles.size(), found, (cpu() - start) / 1e9);
            out.flush();
        }
    }

    /** Processor time of the whole process, collector and compiler included, in nanoseconds. */
    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static List<Article> read(String file) throws IOException {
        List<Article> out = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new FileInputStream(file)))) {
            for (String first = line(in); first != null; first = line(in)) {
                String[] f = first.split(" ");
                byte[] text = new byte[Integer.parseInt(f[1])];
                in.readFully(text);
                in.readByte();
                Article a = new Article();
                a.day = f[0];
                a.text = new String(text, StandardCharsets.UTF_8);
                out.add(a);
            }
        }
        return out;
    }

    /** The next line, null at the end of the file. */
    private static String line(DataInputStream in) throws IOException {
        StringBuilder b = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return null;
            }
            b.append((char) c);
        }
        return b.toString();
    }

    private Peer() {}
}
