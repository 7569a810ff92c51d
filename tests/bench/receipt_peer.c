/* Draws the display list of a receipt with pangocairo into a PDF in memory: the floor bench_receipt.py compares with.
 *
 * usage: receipt_peer LIST OUT.pdf FAMILY
 * Reads counts from standard input; for each draws that many documents and prints wall and CPU seconds and bytes.
 * Lines of LIST: "P w h" new page, "T face size x y text", "R x y w h" filled, "L x1 y1 x2 y2 w" stroked,
 * all in points from the top left corner; face is 0 regular, 1 bold, 2 italic, 3 bold italic.
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { char kind; int face; double size, a, b, c, d; char *text; PangoFontDescription *font; } Op;

static Op ops[20000];
static int count;
static size_t written;
static FILE *sink;

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned length) {
    (void)closure;
    written += length;
    if (sink) fwrite(data, 1, length, sink);
    return CAIRO_STATUS_SUCCESS;
}

static void load(const char *path, const char *family) {
    char line[4096];
    FILE *file = fopen(path, "r");
    if (!file) exit(2);
    while (fgets(line, sizeof line, file)) {
        Op *op = &ops[count++];
        int used = 0;
        line[strcspn(line, "\n")] = 0;
        op->kind = line[0];
        if (op->kind == 'P') sscanf(line + 1, "%lf %lf", &op->a, &op->b);
        else if (op->kind == 'R') sscanf(line + 1, "%lf %lf %lf %lf", &op->a, &op->b, &op->c, &op->d);
        else if (op->kind == 'L') sscanf(line + 1, "%lf %lf %lf %lf %lf", &op->a, &op->b, &op->c, &op->d, &op->size);
        else {
            sscanf(line + 1, "%d %lf %lf %lf %n", &op->face, &op->size, &op->a, &op->b, &used);
            op->text = strdup(line + 1 + used);
            op->font = pango_font_description_new();
            pango_font_description_set_family(op->font, family);
            pango_font_description_set_weight(op->font, op->face & 1 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
            pango_font_description_set_style(op->font, op->face & 2 ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
            pango_font_description_set_absolute_size(op->font, op->size * PANGO_SCALE);
        }
    }
    fclose(file);
}

static void draw(void) {
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(collect, NULL, ops[0].a, ops[0].b);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    for (int i = 0; i < count; i++) {
        Op *op = &ops[i];
        if (op->kind == 'P') {
            if (i) { cairo_fill(cr); cairo_show_page(cr); }
            cairo_pdf_surface_set_size(surface, op->a, op->b);
        } else if (op->kind == 'R') {
            cairo_rectangle(cr, op->a, op->b, op->c, op->d);
            if (i + 1 == count || ops[i + 1].kind != 'R') cairo_fill(cr);
        } else if (op->kind == 'L') {
            cairo_move_to(cr, op->a, op->b);
            cairo_line_to(cr, op->c, op->d);
            if (i + 1 == count || ops[i + 1].kind != 'L') { cairo_set_line_width(cr, op->size); cairo_stroke(cr); }
        } else {
            pango_layout_set_font_description(layout, op->font);
            pango_layout_set_text(layout, op->text, -1);
            cairo_move_to(cr, op->a, op->b);
            pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout, 0));
        }
    }
    cairo_show_page(cr);
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
}

int main(int argc, char **argv) {
    int rounds;
    if (argc < 4) return 2;
    load(argv[1], argv[3]);
    sink = fopen(argv[2], "wb");
    draw();
    fclose(sink);
    sink = NULL;
    while (scanf("%d", &rounds) == 1) {
        double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        for (int i = 0; i < rounds; i++) { written = 0; draw(); }
        printf("%.9f %.9f %zu\n", seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, written);
        fflush(stdout);
    }
    return 0;
}
